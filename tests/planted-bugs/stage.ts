/** Bugs to plant in the stage: in its acts, its forks and its time travel. */
import type { PlantedBug } from './load-mutant.ts';

const at = (file: string): string => `scenarios/testbed/stage/${file}.ts`;

export const STAGE_BUGS: readonly PlantedBug[] = [
  { id: 'S1-dropped-arrives', file: at('stage-run'), text: "      if (row.act === 'drop') return this.recorder?.lost(number, sim.now, 'dropped');\n", replacement: '', what: 'a dropped message is sent on' },
  { id: 'S2-fork-knows-the-future', file: at('session'), text: '[...this.at(id, event).applied, ', replacement: '[...this.branch(id).script, ', what: 'a fork takes along acts that have not happened' },
  { id: 'S3-memory-kept', file: at('stage-run'), text: '      own.player = this.model.initial(node);\n', replacement: '', what: 'a restart without memory remembers' },
  { id: 'S4-dead-timers', file: at('stage-run'), text: '    for (const timer of own.timers.keys()) this.clearTimer(node, timer);\n', replacement: '', what: 'timers of a node that is down run out' },
  { id: 'S5-no-healing', file: at('stage-run'), text: '        this.cuts = [];\n', replacement: '', what: 'a healed network stays cut' },
  { id: 'S6-rows-as-written', file: at('stage-run'), text: '.sort((a, b) => a.row.atEvent! - b.row.atEvent! || a.index - b.index)', replacement: '', what: 'rows act in the order of the file' },
  { id: 'S7-unchecked-end', file: at('session'), text: '{ isChecked: event >= (record.broken?.event ?? Infinity) }', replacement: '{ isChecked: false }', what: 'a run made again goes beyond what broke' },
  { id: 'S8-acts-when-seen', file: at('stage-run'), text: 'const stop = Math.min(to, this.rows[this.next]?.atEvent ?? Infinity);', replacement: 'const stop = to;', what: 'acts come where the run is next looked at' },
  { id: 'S9-one-link-for-all', file: at('stage-run'), text: 'const delayNs = this.leastNs + this.streams[from * this.nodes.length + to]!.below(this.spanNs) + sender.slowNs;', replacement: 'const delayNs = this.leastNs + this.streams[0]!.below(this.spanNs) + sender.slowNs;', what: 'what one node does shifts the delays of another link' },
  { id: 'S10-forwards-only', file: 'notebooks-web/stage/stage-desk.ts', text: 'if (to < this.event || to >= breaks', replacement: 'if (to >= breaks', what: 'going back leaves the run where it was' },
  { id: 'S11-held-from-now', file: at('stage-run'), text: 'flight.dueNs - sim.now + row.byNs);\n', replacement: 'row.byNs);\n', what: 'a message held back starts its way anew' },
  { id: 'S12-unrepeatable', file: at('session'), text: '    this.assertRepeatable(branch);\n', replacement: '', what: 'a run that cannot be made again is taken' },
];
