/** Figures: specifications over reduced data; the viewer's theme supplies fonts and colours. */
import { PROFILES, type ProfileName, profileLabel } from '../../sim/storage-lsm/devices/profiles.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Figure } from '../testbed/scenario.ts';
import { ARMS, armName, SYSTEM_NAMES, SYSTEMS, type SystemName } from './arms.ts';
import { MAIN_READING, READ_READINGS, WRITE_READINGS } from './claims.ts';
import { type Effect, effectOf, estimate, round6, sizesOf, sizeTitle } from './effects.ts';

const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';

type Row = Readonly<Record<string, number | string | boolean>>;

/** Device profiles with their hashes: on every figure. */
function devices(results: ResultSet): string {
  const label = (parameter: string): string => results.distinct(parameter).map((name) => profileLabel(name as ProfileName)).join(', ');
  return `SSD ${label('ssdProfile')}; NVM ${label('nvmProfile')}.`;
}

function spread(results: ResultSet): string {
  const count = new Set(results.jobs.map((job) => job.replication)).size;
  return count === 1 ? 'One run each, no interval.' : `Mean and 95 % paired t interval over ${count} replications.`;
}

const OPERATIONS = [
  { measure: 'getMeanNs', title: 'reads', paper: -0.5 },
  { measure: 'putMeanNs', title: 'writes', paper: -0.3 },
] as const;

function latencyRows(results: ResultSet): Row[] {
  return SYSTEM_NAMES.flatMap((system) =>
    OPERATIONS.flatMap(({ measure, title, paper }) =>
      sizesOf(results).flatMap((valueBytes): Row[] => {
        const values = results.values(measure, { arm: system, where: { valueBytes } });
        const effect = effectOf(results, measure, system, 'stock', valueBytes);
        if (values.length === 0 || effect === undefined) return [];
        const us = estimate(values.map((value) => value / 1000));
        return [{
          arm: SYSTEMS[system].title, l0_cap: SYSTEMS[system].cap, operation: title, value_size: sizeTitle(valueBytes), mean_us: round6(us.mean),
          ...changeColumns(effect),
          ...(system === 'paper' ? { paper } : {}),
        }];
      }),
    ),
  );
}

/** Relative change and its interval for a table: whole, however wide. */
function changeColumns({ mean, low, high, n }: Effect): Row {
  const end = (value: number): number | string => (Number.isFinite(value) ? round6(value) : 'unbounded');
  return { change: round6(mean), low: end(low), high: end(high), replications: n };
}

/** Intervals of few replications can be hundreds of times as wide as the effects: the axis ends at -100 % and +100 %. */
const CHANGE_DOMAIN = [-1, 1] as const;
const CHANGE_SCALE = { domain: CHANGE_DOMAIN, nice: false };
const CUT = 'Whiskers that reach −100 % or +100 % end in an arrowhead: they go on (or have no end); the table has them whole.';

/** A table's row with what is drawn of its interval, and at which ends it is cut. */
function drawn(row: Row): Row {
  const [least, most] = CHANGE_DOMAIN;
  const low = row.low === 'unbounded' ? -Infinity : Number(row.low);
  const high = row.high === 'unbounded' ? Infinity : Number(row.high);
  return { ...row, from: Math.min(most, Math.max(least, low)), to: Math.max(least, Math.min(most, high)), ...(low < least ? { cut_low: least } : {}), ...(high > most ? { cut_high: most } : {}) };
}

/** Dot, whisker and the paper's diamond, on an axis of relative change. */
function changeLayers(): object[] {
  return [
    { mark: { type: 'rule', strokeWidth: 1.5 }, encoding: { x: { datum: 0 }, y: null, yOffset: null, shape: null } },
    { mark: { type: 'rule', strokeWidth: 2, clip: true }, encoding: { x: { field: 'from', type: 'quantitative', title: 'change of the mean', axis: { format: '+%' }, scale: CHANGE_SCALE }, x2: { field: 'to' }, shape: null } },
    ...(['low', 'high'] as const).map((end) => ({
      transform: [{ filter: `isValid(datum.cut_${end})` }],
      mark: { type: 'point', filled: true, size: 50 },
      encoding: { x: { field: `cut_${end}`, type: 'quantitative', scale: CHANGE_SCALE }, shape: { value: end === 'low' ? 'triangle-left' : 'triangle-right' } },
    })),
    { mark: { type: 'point', filled: true, size: 60, clip: true }, encoding: { x: { field: 'change', type: 'quantitative', scale: CHANGE_SCALE } } },
    { transform: [{ filter: 'isValid(datum.paper)' }], mark: { type: 'point', filled: false, size: 90 }, encoding: { x: { field: 'paper', type: 'quantitative', scale: CHANGE_SCALE }, shape: { value: 'diamond' } } },
  ];
}

const meanLatency: Figure = {
  id: 'mean-latency',
  title: 'Change of the mean latency against stock LevelDB',
  caption: (results) => `Rows: variants, each with its L0 cap; three value sizes a row. Filled: ours, against stock with cap 4. Open diamonds: the paper. ${CUT} ${spread(results)} ${devices(results)}`,
  draw: (results) => ({
    $schema: SCHEMA,
    data: { values: latencyRows(results).map((row) => ({ ...drawn(row), row: `${row.arm}, cap ${row.l0_cap}` })) },
    facet: { column: { field: 'operation', type: 'nominal', title: null, sort: ['reads', 'writes'] } },
    spec: {
      width: 260,
      height: 240,
      encoding: {
        y: { field: 'row', type: 'nominal', title: null, sort: SYSTEM_NAMES.map((system) => `${SYSTEMS[system].title}, cap ${SYSTEMS[system].cap}`) },
        yOffset: { field: 'value_size', type: 'nominal', sort: sizesOf(results).map(sizeTitle) },
        shape: { field: 'value_size', type: 'nominal', title: 'value size', sort: sizesOf(results).map(sizeTitle) },
      },
      layer: changeLayers(),
    },
  }),
  table: latencyRows,
  warning: () => 'Paper differs from stock in three factors: the L0 cap, the device of level 0, the index. The rows between change one each; trigger only has the cap of paper.',
};

function readingRows(results: ResultSet): Row[] {
  const list = [
    ...[MAIN_READING, ...READ_READINGS].map((reading) => ({ ...reading, operation: OPERATIONS[0] })),
    ...[MAIN_READING, ...WRITE_READINGS].map((reading) => ({ ...reading, operation: OPERATIONS[1] })),
  ];
  return list.flatMap(({ title, label, treatment, baseline, operation }) =>
    sizesOf(results).flatMap((valueBytes): Row[] => {
      const effect = effectOf(results, operation.measure, treatment, baseline, valueBytes);
      if (effect === undefined) return [];
      return [{ operation: operation.title, label, reading: title, treatment, baseline, value_size: sizeTitle(valueBytes), ...changeColumns(effect), paper: operation.paper }];
    }),
  );
}

const readings: Figure = {
  id: 'readings',
  title: 'What the paper leaves open decides the answer',
  caption: (results) => `The paper's variant against its baseline under each admissible reading of the text (L0 caps of paper and baseline; seeks = seek compaction); three value sizes a row, quiesced 4 kB only. Filled: ours. Open diamonds: the paper's about −50 % and −30 %. ${CUT} ${spread(results)} ${devices(results)}`,
  draw: (results) => ({
    $schema: SCHEMA,
    vconcat: OPERATIONS.map(({ title }) => ({
      title: { text: title, anchor: 'start' },
      data: { values: readingRows(results).filter((row) => row.operation === title).map(drawn) },
      width: 320,
      height: 210,
      encoding: {
        y: { field: 'label', type: 'nominal', title: null, sort: null, axis: { labelLimit: 240 } },
        yOffset: { field: 'value_size', type: 'nominal', sort: sizesOf(results).map(sizeTitle) },
        shape: { field: 'value_size', type: 'nominal', title: 'value size', sort: sizesOf(results).map(sizeTitle) },
      },
      layer: changeLayers(),
    })),
    resolve: { scale: { yOffset: 'independent' } },
  }),
  table: readingRows,
};

const PANELS: readonly SystemName[] = ['stock', 'nvm-only', 'pgm-only', 'paper'];

const LADDERS = [
  { condition: '-no-seeks', filter: 'no filter' },
  { condition: '-uncached', filter: 'no filter, no block cache' },
  { condition: '-bloom', filter: 'Bloom' },
] as const;

/** Latency by number of level-0 files, means over replications of the ladder's steps, at 4 kB. */
function ladderRows(results: ResultSet): Row[] {
  return PANELS.flatMap((system) =>
    LADDERS.flatMap(({ condition, filter }) => {
      if (!Object.hasOwn(ARMS, `${system}${condition}`)) return [];
      const byFiles = new Map<number, { latencies: number[]; blocks: number[] }>();
      for (const { row } of results.rows('readsByL0Files', { arm: armName(system, condition), where: { valueBytes: 4096 } })) {
        if (row.phase !== 'ladder') continue;
        const entry = byFiles.get(Number(row.l0_files)) ?? { latencies: [], blocks: [] };
        entry.latencies.push(Number(row.mean_get_ns) / 1000);
        entry.blocks.push(Number(row.ssd_blocks_per_1000_gets) / 1000);
        byFiles.set(Number(row.l0_files), entry);
      }
      return [...byFiles].sort((a, b) => a[0] - b[0]).map(([files, { latencies, blocks }]): Row => {
        const us = estimate(latencies);
        return {
          panel: `${SYSTEMS[system].title}, cap ${SYSTEMS[system].cap}`, filter, l0_files: files,
          mean_get_us: round6(us.mean), low_us: round6(Math.max(0, us.low)), high_us: round6(us.high), ssd_blocks_per_get: round6(estimate(blocks).mean), replications: latencies.length,
        };
      });
    }),
  );
}

/** The probe law measured on LevelDB, 0.99 n + 2.0 block reads a get, at what one block costs on the profile's idle SSD. */
function lawRows(results: ResultSet): Row[] {
  const name = results.distinct('ssdProfile')[0] as ProfileName | undefined;
  if (name === undefined) return [];
  const profile = PROFILES[name];
  const blockBytes = 4096 + 60;
  const blockUs = (profile.readRandomNs + (Math.ceil(blockBytes / profile.granuleBytes) * profile.granuleBytes * 1e9) / profile.readStreamBps) / 1000;
  return PANELS.flatMap((system) => [0, 10].map((files) => ({ panel: `${SYSTEMS[system].title}, cap ${SYSTEMS[system].cap}`, l0_files: files, law_us: round6((0.99 * files + 2) * blockUs) })));
}

const latencyOverL0: Figure = {
  id: 'latency-over-l0',
  title: 'Mean read latency against files in level 0',
  caption: (results) => `4 kB values, seek compaction off. Points: means over the reads of each step of the ladder, 95 % t interval over replications. Line: the probe law measured on LevelDB without filter, 0.99 n + 2.0 block reads, at one block read of the idle SSD. It was measured without a block cache, which is also what tables mapped into memory get (LevelDB maps its first 1000); here table files are read, and a cache of 8 MiB holds part of level 0, so points with it lie below. ${devices(results)}`,
  draw: (results) => ({
    $schema: SCHEMA,
    facet: { column: { field: 'panel', type: 'nominal', title: null, sort: PANELS.map((system) => `${SYSTEMS[system].title}, cap ${SYSTEMS[system].cap}`) } },
    data: { values: [...ladderRows(results), ...lawRows(results)] },
    spec: {
      width: 150,
      height: 220,
      layer: [
        { transform: [{ filter: 'isValid(datum.law_us)' }], mark: { type: 'line', strokeDash: [4, 3] }, encoding: { x: { field: 'l0_files', type: 'quantitative', title: 'files in level 0', axis: { tickMinStep: 1 } }, y: { field: 'law_us', type: 'quantitative', title: 'mean read, µs' } } },
        { transform: [{ filter: 'isValid(datum.mean_get_us)' }], mark: { type: 'rule' }, encoding: { x: { field: 'l0_files', type: 'quantitative' }, y: { field: 'low_us', type: 'quantitative' }, y2: { field: 'high_us' } } },
        { transform: [{ filter: 'isValid(datum.mean_get_us)' }], mark: { type: 'point', filled: true, size: 45 }, encoding: { x: { field: 'l0_files', type: 'quantitative' }, y: { field: 'mean_get_us', type: 'quantitative' }, shape: { field: 'filter', type: 'nominal', title: 'filter' } } },
      ],
    },
  }),
  table: ladderRows,
};

function seriesRows(results: ResultSet): Row[] {
  return SYSTEM_NAMES.flatMap((system) =>
    results.rows('levels', { arm: system, where: { valueBytes: sizesOf(results)[0] ?? 4096 } }).map(({ row }): Row => ({ arm: SYSTEMS[system].title, t_s: round6(Number(row.t_ns) / 1e9), lowest: row.l0_files_lowest!, highest: row.l0_files_highest!, l1_files: row.l1_files! })),
  );
}

const levelSeries: Figure = {
  id: 'l0-series',
  title: 'Files in level 0 while loading',
  caption: (results) => `Lowest and highest number in each fortieth of the load, ${sizeTitle(sizesOf(results)[0] ?? 4096)} values, first replication; one run, no interval. From 8 files on (20 with cap 10) every write waits 1 ms. ${devices(results)}`,
  draw: (results) => ({
    $schema: SCHEMA,
    data: { values: seriesRows(results) },
    facet: { row: { field: 'arm', type: 'nominal', title: null, sort: SYSTEM_NAMES.map((system) => SYSTEMS[system].title) } },
    spec: { width: 520, height: 60, mark: { type: 'area', interpolate: 'step-before', line: true, opacity: 0.5 }, encoding: { x: { field: 't_s', type: 'quantitative', title: 'time, s' }, y: { field: 'lowest', type: 'quantitative', title: null }, y2: { field: 'highest' } } },
  }),
  table: seriesRows,
};

/** Quantile labels above the median, as the share of writes that take longer. */
function tailRows(results: ResultSet): Row[] {
  const smallest = sizesOf(results)[0] ?? 4096;
  return SYSTEM_NAMES.flatMap((system) => {
    const byQuantile = new Map<string, number[]>();
    for (const job of results.select({ arm: system, where: { valueBytes: smallest } })) {
      for (const [quantile, latencyNs] of job.latency.find(({ operation }) => operation === 'put')?.quantiles ?? []) {
        // Beyond 1 in 10 000, fewer than ten writes of a run remain.
        if (Number(quantile) < 0.5 || Number(quantile) > 0.9999) continue;
        const values = byQuantile.get(quantile) ?? [];
        values.push(latencyNs / 1000);
        byQuantile.set(quantile, values);
      }
    }
    return [...byQuantile].map(([quantile, values]): Row => ({ arm: SYSTEMS[system].title, quantile: Number(quantile), share_longer: round6(1 - Number(quantile)), put_us: round6(estimate(values).mean) }));
  });
}

const putTail: Figure = {
  id: 'put-tail',
  title: 'How long the slow writes take',
  caption: (results) => `Share of writes that take longer than a time, ${sizeTitle(sizesOf(results)[0] ?? 4096)} values; quantiles of each run, mean over replications. The step at 1 ms is the slowdown. ${devices(results)}`,
  draw: (results) => ({
    $schema: SCHEMA,
    data: { values: tailRows(results) },
    facet: { column: { field: 'arm', type: 'nominal', title: null, sort: SYSTEM_NAMES.map((system) => SYSTEMS[system].title) } },
    spec: {
      width: 110,
      height: 220,
      mark: { type: 'line', point: true },
      encoding: {
        x: { field: 'put_us', type: 'quantitative', scale: { type: 'log' }, title: 'write latency, µs', axis: { tickCount: 3 } },
        y: { field: 'share_longer', type: 'quantitative', scale: { type: 'log' }, title: 'share of writes that take longer' },
        order: { field: 'quantile' },
      },
    },
  }),
  table: tailRows,
};

export const FIGURES: readonly Figure[] = [meanLatency, readings, latencyOverL0, putTail, levelSeries];
