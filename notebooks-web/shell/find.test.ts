import { describe, expect, it } from 'vitest';
import { matching } from './find.ts';
import { formatRoute, parseRoute } from './router.ts';

describe('find', () => {
  const places = [{ title: 'What does an interval say?', kind: 'lesson', href: '#/lesson/x' }, { title: 'nvm-lsm-latency', kind: 'scenario', href: '#/report/nvm-lsm-latency' }, { title: 'LSM live', kind: 'page', href: '#/lsm' }];
  it('wants every word, in any order, and puts what begins with the first one on top', () => {
    expect(matching(places, 'lsm').map(({ title }) => title)).toEqual(['LSM live', 'nvm-lsm-latency']);
    expect(matching(places, 'say interval')).toHaveLength(1);
    expect(matching(places, '')).toHaveLength(3);
    expect(matching(places, 'nothing')).toEqual([]);
  });
});

describe('addresses', () => {
  it('come back as written, odd characters included', () => {
    const route = parseRoute(formatRoute('report', 'a b/c', { seed: 'x&y=z?#', arms: undefined, 'p.n': '1,2' }));
    expect(route.page).toBe('report');
    expect(route.id).toBe('a b/c');
    expect([...route.query]).toEqual([['seed', 'x&y=z?#'], ['p.n', '1,2']]);
  });

  it('survive nonsense', () => {
    expect(parseRoute('')).toMatchObject({ page: 'home', id: '' });
    expect(parseRoute('#/report/%E0%A4%A')).toMatchObject({ page: 'report', id: '%E0%A4%A' });
  });
});
