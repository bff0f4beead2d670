/** `list` and `schema`: what there is, and what it takes. */
import { describeParameters } from '../testbed/parameters.ts';
import { schemaForm } from '../testbed/problems.ts';
import { registry } from '../testbed/registry.ts';
import { EXIT } from './exit-code.ts';
import { say, type Host } from './host.ts';
import { knownName } from './options.ts';
import { textTable } from './text-table.ts';

export async function listCommand(host: Host): Promise<number> {
  const scenarios = await Promise.all(registry.scenarioIds.map((id) => registry.scenario(id)));
  const models = await Promise.all(registry.evalIds.map((id) => registry.evalModel(id)));
  say(host, 'Scenarios (ledgerlab run ID)');
  say(host, textTable(scenarios.map(({ id, title, claims }) => [`  ${id}`, title, `${claims.length} claim${claims.length === 1 ? '' : 's'}`])));
  say(host, '\nModels (ledgerlab eval ID)');
  say(host, textTable(models.map(({ id, title }) => [`  ${id}`, title])));
  return EXIT.done;
}

export async function schemaCommand(host: Host, name: string): Promise<number> {
  knownName('scenario or model', name, [...registry.scenarioIds, ...registry.evalIds]);
  if (registry.scenarioIds.includes(name)) await scenarioSchema(host, name);
  else await modelSchema(host, name);
  return EXIT.done;
}

async function scenarioSchema(host: Host, id: string): Promise<void> {
  const scenario = await registry.scenario(id);
  say(host, `${id}: ${scenario.title}\n${scenario.question}\nSource: ${scenario.source.document}, ${scenario.source.place}`);
  say(host, '\nParameters (--set name=value, --sweep name=a,b)');
  const rows = describeParameters(scenario.parameters).map((info) => [
    `  ${info.name}`,
    info.title,
    `default ${String(info.default)}${info.unit === '' ? '' : ` ${info.unit}`}`,
    info.allowed,
  ]);
  say(host, textTable(rows));
  say(host, '\nArms (--arms a,b)');
  say(host, textTable(Object.entries(scenario.arms).map(([arm, { title, set }]) => [`  ${arm}${arm === scenario.baseline ? ' (baseline)' : ''}`, title, overrides(set)])));
  say(host, '\nMeasures');
  say(host, textTable(Object.entries(scenario.measures).map(([measure, { title, unit }]) => [`  ${measure}`, title, unit])));
  say(host, `\nPresets: quick ${scenario.quick.replications} replications, full ${scenario.full.replications} replications`);
}

function overrides(set: Readonly<Record<string, unknown>>): string {
  return Object.entries(set).map(([name, value]) => `${name}=${String(value)}`).join(' ');
}

async function modelSchema(host: Host, id: string): Promise<void> {
  const model = await registry.evalModel(id);
  say(host, `${id}: ${model.title}\n${model.description}\n\nExample input`);
  say(host, JSON.stringify(model.example, null, 2));
  say(host, '\nInput schema');
  say(host, JSON.stringify(schemaForm(model.input), null, 2));
}
