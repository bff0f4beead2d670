/** What the network page says in words: the finding, an event, a packet's story, a drop. Pure. */
import { countWord, fixed, number, THIN } from '../shell/format.ts';
import { titleOf } from './controller-choices.ts';
import { flowNames } from './chart-panels.ts';
import { BY_CHANCE, BY_YOU, DELIVERED, type Drop, type FlowRecord, NO_ROOM, UNDER_WAY } from './flow-record.ts';
import { ackOf, type PacketEvent } from './packet-events.ts';

export const ms = (ns: number, decimals = 2): string => `${fixed(ns / 1e6, decimals)}${THIN}ms`;
export const mbps = (bps: number): string => `${number(bps / 1e6)}${THIN}Mbit/s`;
const times = (ratio: number): string => `${fixed(ratio, 2)} times`;

/** The finding of a run, from the same numbers as its table. */
export function headline(record: FlowRecord): string {
  // Nobody ever specified MEF: wherever it is reported, it is named for what it is.
  return finding(record).replace('MEF', 'MEF (reconstruction)');
}

function finding(record: FlowRecord): string {
  const { flows, utilisation, rttNs, queueMeanPackets, bufferPackets } = record;
  const names = spokenNames(record);
  const queue = `a queue of ${fixed(queueMeanPackets, queueMeanPackets < 10 ? 1 : 0)} of ${fixed(bufferPackets)} packets`;
  const [first, second] = flows;
  if (first === undefined) return 'No flow runs.';
  if (second === undefined) return `${names[0]!} fills ${fixed(utilisation * 100, 1)}${THIN}% of the line with ${queue}; its round trip is ${times(first.rttMeanNs / rttNs)} that of the empty path.`;
  const [winner, loser] = first.goodputBps >= second.goodputBps ? [0, 1] : [1, 0];
  const [more, less] = [flows[winner]!.goodputBps, flows[loser]!.goodputBps];
  const ratio = more / less;
  const who = ratio < 1.1 ? `${names[0]!} and ${names[1]!} share the line about equally` : less === 0 || ratio > 1000 ? `${names[winner]!} leaves ${names[loser]!} nothing` : `${names[winner]!} gets ${fixed(ratio, ratio < 10 ? 1 : 0)} times what ${names[loser]!} gets`;
  return `${capital(who)}; together they fill ${fixed(utilisation * 100, 1)}${THIN}% of the line with ${queue}.`;
}

/** "BBR" and "CUBIC"; of two flows with the same controller "the first BBR flow" and "the second". */
function spokenNames({ flows }: FlowRecord): string[] {
  const titles = flows.map(({ controller }) => titleOf(controller));
  return titles.length === 2 && titles[0] === titles[1] ? [`the first ${titles[0]!} flow`, `the second ${titles[0]!} flow`] : titles;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const packetName = (record: FlowRecord, row: number): string => {
  const { packets, flows } = record;
  const flow = packets.flow[row]!;
  const who = flows.length === 1 ? titleOf(flows[0]!.controller) : flowNames(record)[flow]!;
  if (packets.segment[row]! < 0) return `The opening packet (SYN) of ${who}`;
  const again = packets.sending[row] === 1 ? '' : `, sent for the ${ordinal(packets.sending[row]!)} time`;
  return `Segment ${fixed(packets.segment[row]!)} of ${who}${again}`;
};

export const ordinal = (n: number): string => `${n}${n % 10 === 1 && n % 100 !== 11 ? 'st' : n % 10 === 2 && n % 100 !== 12 ? 'nd' : n % 10 === 3 && n % 100 !== 13 ? 'rd' : 'th'}`;

export function eventSentence(record: FlowRecord, { kind, timeNs, row }: PacketEvent): string {
  const { packets, acks } = record;
  const when = `${ms(timeNs, 3)}. `;
  if (kind === 'ack' || kind === 'acked') {
    const who = flowNames(record)[acks.flow[row]!]!;
    const what = `${acks.isSelective[row] === 1 ? 'selective ' : ''}acknowledgement: all before segment ${fixed(acks.next[row]!)}${acks.isSelective[row] === 1 ? ', and some beyond' : ''}`;
    return when + (kind === 'ack' ? `The receiver sends ${who} an ${what}.`.replace('an selective', 'a selective') : `${who} reads: ${what}.`);
  }
  const name = packetName(record, row);
  const ahead = packets.ahead[row]!;
  const waitMs = ms(packets.serveNs[row]! - packets.enterNs[row]!);
  const said = {
    enter: `${name} joins the queue; ${ahead === 0 ? 'nobody is' : `${countWord(ahead).toLowerCase()} ${ahead === 1 ? 'is' : 'are'}`} ahead.`,
    refused: `${name} finds no room and is dropped.`,
    serve: `${name} goes onto the line after ${waitMs} in the queue.`,
    leave: `${name} has left the line.`,
    lost: `${name} is lost behind the line${packets.fate[row] === BY_YOU ? ', as you asked' : ' by chance'}.`,
    arrive: `${name} arrives.`,
  };
  return when + said[kind];
}

/** A packet's whole story, known to the end. */
export function packetStory(record: FlowRecord, row: number): string {
  const { packets, acks } = record;
  const entered = `reached the queue at ${ms(packets.enterNs[row]!, 3)}`;
  const fate = packets.fate[row];
  const name = packetName(record, row);
  if (fate === NO_ROOM) return `${name}: ${entered} and found no room.`;
  if (!(packets.leaveNs[row]! < Infinity)) return `${name}: ${entered} and had not left when the run ended.`;
  const waited = `${entered}, waited ${ms(packets.serveNs[row]! - packets.enterNs[row]!)}`;
  if (fate === BY_CHANCE) return `${name}: ${waited}, and is lost behind the line by chance.`;
  if (fate === BY_YOU) return `${name}: ${waited}, and is lost behind the line because you dropped it.`;
  if (fate === UNDER_WAY) return `${name}: ${waited}, and was under way when the run ended.`;
  const ack = fate === DELIVERED ? ackOf(record, row) : -1;
  const acked = ack < 0 || !(acks.arriveNs[ack]! < Infinity) ? '' : `; the sender reads that all up to it has come ${ms(acks.arriveNs[ack]! - packets.enterNs[row]!)} after sending it`;
  return `${name}: ${waited}, arrives at ${ms(packets.arriveNs[row]!, 3)}${acked}.`;
}

export function dropSentence({ flow, segment, sending }: Drop, record: FlowRecord): string {
  const name = record.flows.length === 1 ? '' : ` of ${flowNames(record)[flow - 1] ?? `flow ${flow}`}`;
  return `segment ${fixed(segment)}${name}${sending === 1 ? '' : `, ${ordinal(sending)} sending`}`;
}

/** From where on two runs differ: the first packet that reaches the queue at another time, or is another one. */
export function partingSentence(before: FlowRecord, record: FlowRecord): string {
  const [a, b] = [before.packets, record.packets];
  const least = Math.min(a.count, b.count);
  let row = 0;
  while (row < least && a.enterNs[row] === b.enterNs[row] && a.flow[row] === b.flow[row] && a.segment[row] === b.segment[row]) row++;
  if (row === least && a.count === b.count) return 'No packet was sent at another time than without the drops.';
  const timeNs = Math.min(a.enterNs[row] ?? Infinity, b.enterNs[row] ?? Infinity);
  return `Every packet is sent as it was without the drops until ${ms(timeNs)}.`;
}
