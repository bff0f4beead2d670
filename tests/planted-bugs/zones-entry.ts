/** What the checks of planted zone, label, evidence and module bugs need, in one module graph, so that a mutant is in all of it. */
export { AccessControl, type AccessRequest } from '../../sim/os/zones/access.ts';
export { Anchorer, type AnchorRule } from '../../sim/os/zones/anchor.ts';
export { decodeRecord, encodeRecord, EvidenceChain, type EvidenceDraft, NO_HASH } from '../../sim/os/zones/evidence.ts';
export { EvidenceLog } from '../../sim/os/zones/evidence-log.ts';
export { judgeLabels, labelSet, namesOf } from '../../sim/os/zones/labels.ts';
export { ruleContract } from '../../sim/os/zones/ledger-rules.ts';
export { merkleRoot } from '../../sim/os/zones/merkle.ts';
export { Move, recoverySteps } from '../../sim/os/zones/migration.ts';
export { placeFile } from '../../sim/os/zones/placement.ts';
export { dropRecord, flipByte, rewriteFrom } from '../../sim/os/zones/rewrite.ts';
export { verifyEvidence } from '../../sim/os/zones/verify.ts';
export { ZoneDevices } from '../../sim/os/zones/zone-devices.ts';
export { ZoneDisk } from '../../sim/os/zones/zone-disk.ts';
export { rightsMatrix, ruleModification } from '../../sim/os/zones/zones.ts';
export { longestChain, lostModules, moduleGraph, startUpOrder } from '../../sim/os/modules/graph.ts';
export { Simulation } from '../../sim/simulation.ts';
