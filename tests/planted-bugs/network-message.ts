/** Bugs to plant in the message level: each has to be told by a check of network-message.test.ts. */
import type { PlantedBug } from './load-mutant.ts';

const NETWORK = 'sim/network/message/message-network.ts';
const UPLINKS = 'sim/network/message/uplinks.ts';
const OVERLAY = 'sim/network/overlay';
const SPREAD = 'sim/network/dissemination';

export interface MessageBug extends PlantedBug {
  /** The check that must tell it. */
  readonly check: 'deliveries' | 'overlays' | 'spread' | 'gossipsub' | 'pruning' | 'pulls' | 'tables';
}

export const MESSAGE_BUGS: readonly MessageBug[] = [
  { id: 'N40-line-never-busy', check: 'deliveries', file: UPLINKS, text: 'const waits = this.freeNs[node]! > nowNs;', replacement: 'const waits = false;', what: 'messages of one sender share its line without waiting' },
  { id: 'N41-fraction-lost', check: 'deliveries', file: UPLINKS, text: 'this.ahead[node] = rate === own ? ahead : 0;', replacement: 'this.ahead[node] = 0;', what: 'each message is rounded up to a whole ns: a sum of thousands drifts' },
  { id: 'N42-credit-after-idle', check: 'deliveries', file: UPLINKS, text: 'let ahead = waits && rate === own ? this.ahead[node]! : 0;', replacement: 'let ahead = rate === own ? this.ahead[node]! : 0;', what: 'a line that was idle keeps the fraction of its last busy period' },
  { id: 'N43-order-broken', check: 'deliveries', file: NETWORK, text: 'this.lastNs[link] = inOrderNs;', replacement: 'this.lastNs[link] = arrivalNs;', what: 'the promise of order holds against the last message only, not against all before' },
  { id: 'N44-order-of-receivers', check: 'deliveries', file: NETWORK, text: "fifo === 'pairs' ? from * this.nodes + to :", replacement: "fifo === 'pairs' ? to :", what: 'order is kept among all senders of a receiver, so that one slow path holds the others up' },
  { id: 'N45-receiver-line-of-sender', check: 'deliveries', file: NETWORK, text: 'this.downlinks!.depart(to, bytes, this.sim.now)', replacement: 'this.downlinks!.depart(from, bytes, this.sim.now)', what: 'the receiving line is that of the sender' },
  { id: 'N46-size-of-another', check: 'deliveries', file: NETWORK, text: 'this.waitingBytes[slot] = bytes;', replacement: 'this.waitingBytes[slot] ??= bytes;', what: 'a reused entry of the receiving line keeps the size of the message before' },
  { id: 'N47-double-edges', check: 'overlays', file: `${OVERLAY}/random-regular.ts`, text: 'a === b || counts.get(key(a, b))! > 1', replacement: 'a === b', what: 'two nodes may be paired twice: degrees fall short' },
  { id: 'N48-inbound-unbounded', check: 'overlays', file: `${OVERLAY}/outbound.ts`, text: 'inbound[next]! >= maxInbound', replacement: 'inbound[next]! > maxInbound', what: 'a node takes one inbound connection more than it may' },
  { id: 'N49-degree-shifted', check: 'overlays', file: `${OVERLAY}/outbound.ts`, text: 'wanted[node] = index + 1;', replacement: 'wanted[node] = index;', what: 'outbound degrees of SimBlock start at 0 instead of 1' },
  { id: 'N50-asked-forgotten', check: 'spread', file: `${SPREAD}/announce.ts`, text: '!this.has.has(item, to) && this.asked.set(item, to)', replacement: '!this.has.has(item, to)', what: 'a node asks everybody who announces before the body is there' },
  { id: 'N51-announced-back', check: 'spread', file: `${SPREAD}/announce.ts`, text: 'if (to === except) continue;\n      this.announcements++;', replacement: 'this.announcements++;', what: 'a node announces to the one who sent it the body' },
  { id: 'N52-flood-back', check: 'spread', file: `${SPREAD}/push.ts`, text: 'if (targets[at] !== from) this.copy', replacement: 'this.copy', what: 'a flood sends back where it came from' },
  { id: 'N53-same-target-twice', check: 'spread', file: `${SPREAD}/push.ts`, text: 'isAmong(chosen, count, other)', replacement: 'false', what: 'a push may choose the same target twice: small networks are covered less' },
  { id: 'N54-knows-within-round', check: 'spread', file: `${SPREAD}/rounds.ts`, text: 'this.since[node]! < this.rounds', replacement: 'this.since[node]! <= this.rounds', what: 'who learns in a round tells in the same round' },
  { id: 'N55-push-after-validation', check: 'spread', file: `${SPREAD}/compact-blocks.ts`, text: 'if (state[to]! >= 2) return;', replacement: 'if (state[to]! >= 3) return;', what: 'a second push asks for missing transactions again' },
  { id: 'N56-one-sided-mesh', check: 'gossipsub', file: `${OVERLAY}/gossipsub.ts`, text: 'kind === GRAFT ? 1 : 0', replacement: 'kind === GRAFT ? 0 : 1', what: 'a graft takes the peer out of the mesh and a prune into it' },
  { id: 'N57-prune-unsaid', check: 'gossipsub', file: `${OVERLAY}/gossipsub.ts`, text: 'this.network.send(node, this.graph.targets[at]!, PRUNE, CONTROL_BYTES);', replacement: '', what: 'a pruned peer is not told: its mesh keeps the connection' },
  { id: 'N58-newest-kept', check: 'tables', file: `${OVERLAY}/kademlia.ts`, text: 'const oldest = bucket.shift()!;', replacement: 'const oldest = bucket.pop()!;', what: 'a full bucket pings the contact last seen instead of the one longest unseen' },
  { id: 'N59-distance-signed', check: 'tables', file: `${OVERLAY}/kademlia.ts`, text: '(words[a * WORDS + word]! ^ aim) >>> 0', replacement: '(words[a * WORDS + word]! ^ aim) | 0', what: 'distances are compared as signed words' },
  { id: 'N60-pruned-to-the-bound', check: 'pruning', file: `${OVERLAY}/gossipsub.ts`, text: 'this.draw(node, 1, meshDegree - degree)', replacement: 'this.draw(node, 1, meshDegree - degreeHigh)', what: 'a mesh that is too large is pruned to D_high instead of D' },
  { id: 'N61-rare-pulls', check: 'pulls', file: `${SPREAD}/fabric-gossip.ts`, text: 'pullIntervalNs: 4 * NS_PER_S', replacement: 'pullIntervalNs: 8 * NS_PER_S', what: 'Fabric pulls every 8 s' },
  { id: 'N62-no-digest-wait', check: 'pulls', file: `${SPREAD}/fabric-gossip.ts`, text: 'digestWaitNs: NS_PER_S', replacement: 'digestWaitNs: 10 * NS_PER_MS', what: 'Fabric asks 10 ms after its greeting' },
];

export interface WatchedBug extends PlantedBug {
  /** The checker of the message level that stops a run with it. */
  readonly checker: 'conservation' | 'line' | 'order' | 'earliest' | 'synchrony';
}

const SCHEDULE = 'this.sim.scheduleAt(arrivalNs, this.deliverCode, to, from, word);\n    } else {';

export const WATCHED_BUGS: readonly WatchedBug[] = [
  { id: 'N63-lost-silently', checker: 'conservation', file: NETWORK, text: SCHEDULE, replacement: `if (word % 50 !== 49) ${SCHEDULE}`, what: 'a message in fifty is never scheduled' },
  { id: 'N64-comes-twice', checker: 'conservation', file: NETWORK, text: SCHEDULE, replacement: `if (word === 120) this.sim.scheduleAt(arrivalNs, this.deliverCode, to, from, word);\n      ${SCHEDULE}`, what: 'one message comes twice' },
  { id: 'N65-comes-early', checker: 'conservation', file: NETWORK, text: SCHEDULE, replacement: SCHEDULE.replace('arrivalNs', 'Math.max(now, arrivalNs - 1)'), what: 'messages come a ns before their time' },
  { id: 'N66-wrong-node', checker: 'conservation', file: NETWORK, text: SCHEDULE, replacement: SCHEDULE.replace('to,', 'word === 77 ? from : to,'), what: 'one message comes back to its sender' },
  { id: 'N67-content-of-another', checker: 'order', file: NETWORK, text: 'this.waitingWord[slot] = word;', replacement: 'this.waitingWord[slot] ||= word;', what: "a reused entry of the receiver's line keeps the message before" },
  { id: 'N68-bytes-of-another', checker: 'conservation', file: NETWORK, text: 'this.waitingBytes[slot] = bytes;', replacement: 'this.waitingBytes[slot] ||= bytes;', what: "a reused entry of the receiver's line keeps the size before" },
  { id: 'N69-shared-line', checker: 'line', file: UPLINKS, text: 'let endNs = waits ? this.freeNs[node]! : nowNs;', replacement: 'let endNs = nowNs;', what: 'messages of one sender share its line without waiting' },
  { id: 'N70-line-of-another', checker: 'line', file: UPLINKS, text: 'const own = this.rateBps[node]!;\n    const rate', replacement: 'const own = this.rateBps[0]!;\n    const rate', what: 'every sender has the line of node 0' },
  { id: 'N71-overtaken', checker: 'order', file: NETWORK, text: 'const inOrderNs = Math.max(arrivalNs, this.lastNs[link]!);', replacement: 'const inOrderNs = arrivalNs;', what: 'messages overtake where order is promised' },
  { id: 'N72-order-of-the-last-only', checker: 'order', file: NETWORK, text: 'this.lastNs[link] = inOrderNs;', replacement: 'this.lastNs[link] = arrivalNs;', what: 'the promise of order holds against the last message only' },
  { id: 'N73-beyond-the-bound', checker: 'synchrony', file: 'sim/network/faults/partial-synchrony.ts', text: 'return Math.min(sentNs + delayNs, deadlineNs(this, sentNs));', replacement: 'return sentNs + delayNs;', what: 'the adversary is not held to the bound' },
  { id: 'N74-beyond-the-bound-in-order', checker: 'synchrony', file: NETWORK, text: 'this.synchrony.arrivalNs(now, from, to, ownNs - now);', replacement: 'this.synchrony.arrivalNs(now, from, to, ownNs - now) + (word === 31 ? 5e6 : 0);', what: 'one message comes 5 ms beyond what the bound allows' },
  { id: 'N75-lost-before-launch', checker: 'conservation', file: NETWORK, text: '    this.books.judged(1);\n    this.launch(', replacement: '    this.books.judged(1);\n    if (word !== 12) this.launch(', what: 'one message is never launched' },
  { id: 'N76-last-copy-forgotten', checker: 'conservation', file: NETWORK, text: 'copy < copies; copy++', replacement: 'copy < Math.min(1, copies); copy++', what: 'copies that faults make are counted and not launched' },
  { id: 'N77-losses-uncounted', checker: 'conservation', file: NETWORK, text: 'if (copies === 0) this.lost++;\n    else', replacement: 'if (copies > 0)', what: 'lost messages are not counted' },
  { id: 'N78-not-handed-over', checker: 'conservation', file: NETWORK, text: '      this.receive(to, from, word);', replacement: '      if (word !== 40) this.receive(to, from, word);', what: 'one message counts as delivered and is not handed over' },
  { id: 'N79-handed-over-twice', checker: 'conservation', file: NETWORK, text: '      this.receive(to, from, word);', replacement: '      this.receive(to, from, word);\n      if (word === 40) this.receive(to, from, word);', what: 'one message is handed over twice' },
  { id: 'N80-no-propagation', checker: 'earliest', file: NETWORK, text: 'const ownNs = leftNs + delayNs;', replacement: 'const ownNs = leftNs;', what: 'propagation takes no time' },
  { id: 'N81-line-forgets', checker: 'line', file: UPLINKS, text: 'return (this.freeNs[node] = endNs);', replacement: 'return endNs;', what: 'a line forgets that it is busy' },
];
