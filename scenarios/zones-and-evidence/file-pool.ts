/** The files of a run: which are really about accounts or transactions, what they are judged to be, and what their content should be. */
import type { Operation } from '../../sim/os/zones/operations.ts';
import { isModification } from '../../sim/os/zones/operations.ts';
import { type Label, labelSet } from '../../sim/os/zones/labels.ts';
import { ZoneDisk } from '../../sim/os/zones/zone-disk.ts';
import { type Zone, ZONES } from '../../sim/os/zones/zones.ts';
import type { RandomStream } from '../../sim/random.ts';
import type { Simulation } from '../../sim/simulation.ts';
import type { ZonesParameters } from './parameters.ts';
import { REGULATED_FILES } from './workload.ts';

/** Files at the start: choice. Some lie in the wrong zone, some have labels that exclude each other. */
const AT_START = { regulated: 20, open: 40, misplaced: 6, mislabelled: 3 } as const;
const BYTES_PER_KB = 1000;

export class FilePool {
  readonly disk = new ZoneDisk();
  readonly names: string[] = [];
  private readonly regulated: string[] = [];
  private readonly open: string[] = [];
  private readonly truth = new Set<string>();
  private readonly versions = new Map<string, number>();
  private readonly stream: RandomStream;
  private readonly params: ZonesParameters;

  constructor(sim: Simulation, params: ZonesParameters) {
    this.params = params;
    this.stream = sim.stream('zones/files');
    for (let index = 0; index < AT_START.regulated; index++) this.create(true, ['TR', 'TA'], 3, false);
    for (let index = 0; index < AT_START.open; index++) this.create(false, ['R', 'W'], 1, false);
    for (let index = 0; index < AT_START.misplaced; index++) this.create(false, ['R', 'W'], 3, index % 2 === 1);
    for (let index = 0; index < AT_START.mislabelled; index++) this.create(false, ['W', 'TR'], 3, false);
  }

  /** A new file in zone 1, without T labels. */
  appear(): void {
    this.create(this.stream.float() < REGULATED_FILES, ['R', 'W'], 1, false);
  }

  pick(regulated: boolean, at: number): string {
    const list = regulated ? this.regulated : this.open;
    return list[Math.floor(at * list.length)]!;
  }

  isRegulated(name: string): boolean {
    return this.truth.has(name);
  }

  /** The operation is done: a modification gives the file another content. */
  act(name: string, operation: Operation): void {
    if (!isModification(operation)) return;
    this.versions.set(name, this.versions.get(name)! + 1);
    this.disk.write(name, this.disk.file(name).zone, { digest: this.digest(name), isComplete: true });
  }

  /** Files that have not exactly one copy, or not in their zone, or with other content than was last written. */
  wrongCopies(): number {
    return this.names.filter((name) => {
      const copies = ZONES.filter((zone) => this.disk.copy(name, zone) !== undefined);
      const copy = copies.length === 1 ? this.disk.copy(name, copies[0]!)! : undefined;
      return copies[0] !== this.disk.file(name).zone || copy === undefined || !copy.isComplete || copy.digest !== this.digest(name);
    }).length;
  }

  private digest(name: string): string {
    return `${name} version ${this.versions.get(name)}`;
  }

  private create(isRegulated: boolean, labels: readonly Label[], zone: Zone, isEncrypted: boolean): void {
    const name = `file-${this.names.length}`;
    this.names.push(name);
    (isRegulated ? this.regulated : this.open).push(name);
    if (isRegulated) this.truth.add(name);
    this.versions.set(name, 0);
    // Drawn for every file, so that the others' draws stay where they are whatever the share is.
    const isMisjudged = this.stream.float() < this.params.misjudged;
    const content = isRegulated && !isMisjudged ? 'asset' : 'open';
    const bytes = Math.max(1, Math.round(this.params.fileKb * BYTES_PER_KB));
    this.disk.create({ name, labels: labelSet(labels), zone, isEncrypted, content, bytes, isMutableSystemFile: false }, this.digest(name));
  }
}
