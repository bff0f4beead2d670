/** What is run on the stage: protocol and numbers, each checked as it is entered. */
import { ConfigError } from '../../scenarios/testbed/config-error.ts';
import { STAGE_PROTOCOLS, stageProtocol } from '../../scenarios/testbed/stage/protocols.ts';
import { stageOptionsFrom } from '../../scenarios/testbed/stage/stage-file.ts';
import type { StageOptions } from '../../scenarios/testbed/stage/stage-protocol.ts';
import { h } from '../shell/dom.ts';

const FIELDS = [['replicas', 'Replicas', ''], ['clients', 'Clients', ''], ['requests', 'Requests of each', ''], ['delayMs', 'Way of a message', 'ms'], ['spreadPercent', 'Spread', '%'], ['timeoutMs', 'Timeout', 'ms']] as const;

export function stageControls(start: StageOptions, change: (options: StageOptions) => void, refuse: (text: string) => void): HTMLElement {
  let options = start;
  const apply = (part: Record<string, unknown>, field: HTMLElement): void => {
    try {
      options = stageOptionsFrom({ ...options, ...part });
      field.removeAttribute('aria-invalid');
      change(options);
    } catch (error) {
      field.setAttribute('aria-invalid', 'true');
      refuse(error instanceof ConfigError ? error.message : String(error));
    }
  };
  const select = h('select', { class: 'field', 'aria-label': 'Protocol', on: { change: () => {
    const replicas = stageProtocol(select.value).replicas.usual;
    apply({ protocol: select.value, replicas }, select);
    inputs[0]!.value = String(replicas);
  } } }, STAGE_PROTOCOLS.map(({ id, title }) => h('option', { value: id, selected: id === options.protocol }, title)));
  const inputs = FIELDS.map(([name]) => {
    const input = h('input', { class: 'field', type: 'number', step: 'any', value: options[name], on: { change: () => apply({ [name]: input.valueAsNumber }, input) } });
    return input;
  });
  const seed = h('input', { class: 'field', value: options.seed, maxlength: 100, spellcheck: false, autocomplete: 'off', on: { change: () => apply({ seed: seed.value }, seed) } });
  return h('div', { class: 'stage-controls' },
    h('label', { class: 'labelled' }, h('span', {}, 'Protocol'), select),
    FIELDS.map(([, title, unit], index) => h('label', { class: 'labelled' }, h('span', {}, unit === '' ? title : `${title}, ${unit}`), inputs[index]!)),
    h('label', { class: 'labelled' }, h('span', {}, 'Seed'), seed));
}
