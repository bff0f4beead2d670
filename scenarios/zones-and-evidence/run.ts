/** One replication: the zones, their evidence and its anchors under a stream of operations, with crashes, an outage, and an audit at the end. */
import { exponential } from '../../sim/distributions.ts';
import { ProcessorCpu } from '../../sim/os/cpu/cpu-port.ts';
import { regulatedPolicy } from '../../sim/os/scheduler-spec.ts';
import { TaskTable } from '../../sim/os/tasks.ts';
import { AccessControl, type AccessOutcome } from '../../sim/os/zones/access.ts';
import { type Anchor, Anchorer } from '../../sim/os/zones/anchor.ts';
import { decodeRecord, EvidenceChain } from '../../sim/os/zones/evidence.ts';
import { EvidenceLog } from '../../sim/os/zones/evidence-log.ts';
import { Migrator } from '../../sim/os/zones/migrator.ts';
import { Placer } from '../../sim/os/zones/placer.ts';
import { UserAcl } from '../../sim/os/zones/user-acl.ts';
import { verifyEvidence } from '../../sim/os/zones/verify.ts';
import { ZoneDevices } from '../../sim/os/zones/zone-devices.ts';
import { NS_PER_MS, NS_PER_S } from '../../sim/time.ts';
import type { Run } from '../testbed/scenario.ts';
import { aclRequest, gradeOf } from './acl-control.ts';
import { tamperCampaign } from './campaign.ts';
import { Consortium } from './consortium.ts';
import { type Commitment, exposureOver } from './exposure.ts';
import { FilePool } from './file-pool.ts';
import type { ZonesParameters } from './parameters.ts';
import { Tally } from './tally.ts';
import { Workload } from './workload.ts';

/** Solid-state devices with some latency of their own: choice. Zone 3 goes through a security chip and is slower: choice. */
const FAST = { accessNs: 80_000, bytesPerS: 500e6 };
const SECURED = { accessNs: 150_000, bytesPerS: 100e6 };
/** AES and SHA-256 in software take a few ns a byte: choice. */
const ENCRYPT_NS_PER_BYTE = 4;
const HASH_NS_PER_BYTE = 4;
/** Migration is work on account data that nobody waits for: level 3 (section 4 of the paper). */
const MIGRATION_LEVEL = 3;
const REBOOT_NS = 50 * NS_PER_MS;
/** After everything else of its instant. */
const LAST_ORDER = 15;

export function buildRun({ sim, params, record, replication }: Run<ZonesParameters & Record<string, number | string | boolean>>): () => void {
  const horizonNs = Math.round(params.horizonMs * NS_PER_MS);
  const tasks = new TaskTable();
  const cpu = new ProcessorCpu(sim, tasks, { policies: regulatedPolicy(tasks, ['fcfs', 'fcfs', 'fcfs', 'fcfs'], { between: 'pr' }) });
  const devices = new ZoneDevices(sim, { 1: FAST, 2: FAST, 3: SECURED, 4: FAST });
  const pool = new FilePool(sim, params);
  const { disk } = pool;

  const chain = new EvidenceChain();
  const consortium = new Consortium(sim, cpu, Math.round(params.blockMs * NS_PER_MS), Math.round(params.commitMs * NS_PER_MS));
  const cuts: Anchor[] = [];
  const commitments: Commitment[] = [];
  const lagsNs: number[] = [];
  const rule = { everyRecords: params.anchorEvery === 0 ? Infinity : params.anchorEvery, everyNs: params.anchorMs === 0 ? Infinity : Math.round(params.anchorMs * NS_PER_MS) };
  const anchorer = new Anchorer(sim, chain, rule, (anchor, committed) => {
    cuts.push(anchor);
    consortium.submit(anchor, (atNs) => {
      committed();
      commitments.push({ atNs, ...anchor });
      for (const bytes of chain.entries.slice(anchor.fromSeq, anchor.toSeq)) lagsNs.push(atNs - decodeRecord(bytes)!.timeNs);
    });
  });
  const log = new EvidenceLog(sim, chain, anchorer, devices);

  const tally = new Tally();
  let [movesStarted, movesFailed, crashes] = [0, 0, 0];
  const migrator = new Migrator(sim, {
    disk, devices, cpu, cpuLevel: MIGRATION_LEVEL, encryptNsPerByte: ENCRYPT_NS_PER_BYTE, hashNsPerByte: HASH_NS_PER_BYTE,
    onEnd: (_intent, failed) => (failed ? (movesFailed += 1) : (movesStarted += 1)),
  });
  const access = new AccessControl({ disk, log, systemLedger: 'system', isMoving: (name) => migrator.isMoving(name) });
  const placer = new Placer({ disk, log, migrator, isBusy: (name) => access.isBusy(name), onEvent: (event) => tally.placed(event) });

  const workload = new Workload(sim, params);
  const acl = new UserAcl(params.defaultGrade);
  for (const user of workload.present(0)) acl.assign(user.user, gradeOf(user));
  const byLabels = params.control === 'labels';

  const operate = (): void => {
    const step = workload.step(sim.now);
    const file = pool.pick(step.onRegulated, step.filePick);
    const startNs = sim.now;
    const act = (): void => pool.act(file, step.operation);
    const then = (outcome: AccessOutcome): void => tally.operation(step.operation, pool.isRegulated(file), outcome, sim.now - startNs);
    if (byLabels) access.request({ subject: step.subject, file, operation: step.operation }, act, then);
    else aclRequest({ acl, log, disk, user: step.user, subject: step.subject, file, operation: step.operation }, act, then);
    next();
  };
  const next = (): void => {
    const gapNs = workload.gapNs(sim.now);
    record.progress(sim.now / horizonNs);
    if (sim.now + gapNs < horizonNs) sim.after(gapNs, operate);
  };
  next();

  /** Does something every `periodNs` until the horizon. */
  const repeat = (periodNs: number, action: () => void): void => {
    if (sim.now + periodNs >= horizonNs) return;
    sim.after(periodNs, () => {
      action();
      repeat(periodNs, action);
    });
  };
  const appearances = sim.stream('zones/new files');
  const faults = sim.stream('zones/crashes');
  const poisson = (stream: typeof faults, perS: number, action: () => void): void => {
    if (perS === 0) return;
    const gapNs = Math.ceil(exponential(stream, NS_PER_S / perS));
    if (sim.now + gapNs >= horizonNs) return;
    sim.after(gapNs, () => {
      action();
      poisson(stream, perS, action);
    });
  };
  poisson(appearances, params.newFilesPerS, () => pool.appear());
  if (byLabels) {
    repeat(Math.round(params.scanMs * NS_PER_MS), () => pool.names.forEach((name) => placer.look(name)));
    poisson(faults, params.crashesPerS, () => {
      crashes += 1;
      migrator.crash(REBOOT_NS);
    });
  } else if (params.reviewMs > 0) repeat(Math.round(params.reviewMs * NS_PER_MS), () => acl.review(workload.present(sim.now).map((user) => ({ user: user.user, grade: gradeOf(user) }))));
  if (params.outageMs > 0) {
    sim.after(Math.round((2 * horizonNs) / 3), () => {
      log.isDown = true;
      sim.after(Math.round(params.outageMs * NS_PER_MS), () => (log.isDown = false));
    });
  }

  sim.after(horizonNs, () => {
    anchorer.stop();
    const evidence = { entries: [...chain.entries], anchors: [...anchorer.committed], nowNs: sim.now };
    const report = verifyEvidence(evidence.entries, evidence.anchors, evidence.nowNs);
    const rows = tamperCampaign(evidence, params.tamperings, sim.stream('zones/tampering'));
    for (const row of rows) record.row('tampering', { ...row });
    const sum = (field: 'attempts' | 'found' | 'exposed' | 'silent', place?: string): number => rows.filter((row) => place === undefined || row.place === place).reduce((total, row) => total + row[field], 0);
    const share = (part: number, of: number): void => {
      if (of > 0) record.measure('oldFoundShare', part / of);
    };
    share(sum('found', 'old half'), sum('attempts', 'old half'));
    record.measure('tamperSilent', sum('silent'));
    record.measure('tailExposed', sum('exposed', 'tail'));
    record.measure('falseAlarms', report.findings.length);
    record.measure('records', evidence.entries.length);
    record.measure('unanchoredRecords', report.exposure.records);
    record.measure('unanchoredNs', report.exposure.windowNs);
    record.measure('anchorsPerS', consortium.transactions / (horizonNs / NS_PER_S));
    // Each cut is explained by the rule: the time is up, or the records are there, and neither is passed.
    const windows = cuts.map(({ fromSeq, toSeq, coversUntilNs }, cut) => ({ records: toSeq - fromSeq, lastedNs: coversUntilNs - (cuts[cut - 1]?.coversUntilNs ?? 0) }));
    const { everyNs, everyRecords } = rule;
    record.measure('unexplainedCuts', windows.filter(({ records, lastedNs }) => records > everyRecords || lastedNs > everyNs || (records < everyRecords && lastedNs < everyNs)).length);
    if (windows.length > 0) record.measure('windowMeanNs', cuts.at(-1)!.coversUntilNs / windows.length);
    const exposure = exposureOver(evidence.entries.map((bytes) => decodeRecord(bytes)!.timeNs), commitments, horizonNs);
    if (replication === 0) for (const row of exposure.series) record.row('exposure', { ...row });
    record.measure('exposedAgeMeanNs', exposure.meanAgeNs);
    record.measure('exposedAgeMaxNs', exposure.maxAgeNs);
    record.measure('exposedRecordsMean', exposure.meanRecords);
    record.measure('exposedRecordsMax', exposure.maxRecords);
    if (everyNs !== Infinity) record.measure('beyondBoundNs', Math.max(0, exposure.maxAgeNs - everyNs - consortium.longestCommitNs));
    sim.note(evidence.entries.length);
  }, LAST_ORDER);

  return () => {
    tally.report(record, byLabels ? 0 : acl.reviewed);
    if (lagsNs.length > 0) {
      record.measure('auditLagMeanNs', lagsNs.reduce((total, each) => total + each, 0) / lagsNs.length);
      record.measure('auditLagMaxNs', lagsNs.reduce((most, each) => Math.max(most, each), 0));
      record.latency('record to committed anchor', lagsNs);
    }
    record.measure('crashes', crashes);
    record.measure('moves', movesStarted);
    record.measure('movesUndone', movesFailed);
    record.measure('wrongCopies', pool.wrongCopies());
  };
}
