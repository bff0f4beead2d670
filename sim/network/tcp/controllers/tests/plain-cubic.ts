/**
 * CUBIC once more, slowly: BigInt arithmetic, everything that happened kept in lists, each quantity computed anew from them where it is asked
 * for. Written from the rules (Linux net/ipv4/tcp_cubic.c in words; constants there), for comparison window by window.
 */

export type Step =
  /** Time goes by, then an acknowledgement comes with this round-trip time; `grows`: the window was the limit. */
  | { readonly kind: 'ack'; readonly afterNs: number; readonly acked: number; readonly rttNs: number; readonly grows: boolean }
  | { readonly kind: 'loss'; readonly afterNs: number }
  | { readonly kind: 'timeout'; readonly afterNs: number }
  | { readonly kind: 'idle'; readonly afterNs: number };

const TICK_NS = 4_000_000n;
const HZ = 250n;

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);

function rootOf(cube: bigint): bigint {
  let [low, high] = [0n, 1n << 20n];
  while (low + 1n < high) {
    const middle = (low + high) / 2n;
    if (middle ** 3n <= cube) low = middle;
    else high = middle;
  }
  return low;
}

interface Epoch {
  readonly startTick: bigint;
  readonly cwnd: bigint;
  readonly wMax: bigint;
}

/** Windows after each step, and thresholds (-1: none yet). */
export function plainCubic(steps: readonly Step[]): { cwnd: number; ssthresh: number }[] {
  let [nowNs, cwnd, ssthresh] = [0n, 10n, 1n << 62n];
  let [sent, una] = [10n, 0n];
  let lastSendTick = 0n;
  let delays: bigint[] = [];
  let epoch: Epoch | undefined;
  let wMax = 0n;
  let perSegments = 0n;
  let [readCwnd, readTick] = [0n, 0n];
  let [renoCredit, renoCwnd] = [0n, 0n];
  let credit = 0n;
  // HyStart: samples of the round so far, its start, its train
  let [found, roundStartUs, trainUs, roundEnd] = [false, 0n, 0n, 10n];
  let round: bigint[] = [];
  const forgetAll = (): void => {
    [delays, epoch, wMax, perSegments, readCwnd, readTick, renoCredit, renoCwnd] = [[], undefined, 0n, 0n, 0n, 0n, 0n, 0n];
    found = false;
    [roundStartUs, trainUs, roundEnd, round] = [nowNs / 1000n, nowNs / 1000n, sent, []];
  };
  const least = (): bigint => delays.reduce((a, b) => (a === 0n ? b : min(a, b)), 0n);

  function hyStart(delayUs: bigint): void {
    if (una > roundEnd) [roundStartUs, trainUs, roundEnd, round] = [nowNs / 1000n, nowNs / 1000n, sent, []];
    if (cwnd < 16n) return;
    const nowUs = nowNs / 1000n;
    if (nowUs - trainUs <= 2000n) {
      trainUs = nowUs;
      // four bursts of 64 KiB at two windows a (fixed) smoothed round trip of 50 ms, at most 1 ms
      const burstUs = min(1000n, (4n * 65_536n * 50_000n) / (2n * 1448n * cwnd));
      if (nowUs - roundStartUs > (least() + burstUs) / 2n) [found, ssthresh] = [true, cwnd];
    }
    round.push(delayUs);
    if (round.length > 8 && round.reduce(min) > least() + max(4000n, min(least() / 8n, 16_000n))) [found, ssthresh] = [true, cwnd];
  }

  function follow(acked: bigint): void {
    const tick = nowNs / TICK_NS;
    renoCredit += acked;
    if (readCwnd === cwnd && tick - readTick <= HZ / 32n) return;
    if (epoch === undefined || tick !== readTick) {
      [readCwnd, readTick] = [cwnd, tick];
      if (epoch === undefined) {
        epoch = { startTick: tick, cwnd, wMax };
        [renoCredit, renoCwnd] = [acked, cwnd];
      }
      const factor = (1n << 40n) / 410n;
      const k = epoch.wMax > epoch.cwnd ? rootOf(factor * (epoch.wMax - epoch.cwnd)) : 0n;
      const delayTicks = (least() * 1000n + TICK_NS - 1n) / TICK_NS;
      const t = ((tick - epoch.startTick + delayTicks) * 1024n) / HZ;
      const offset = t > k ? t - k : k - t;
      const change = (410n * offset ** 3n) >> 40n;
      const target = max(epoch.wMax, epoch.cwnd) + (t < k ? -change : change);
      perSegments = target > cwnd ? cwnd / (target - cwnd) : 100n * cwnd;
      if (wMax === 0n) perSegments = min(perSegments, 20n);
    }
    const step = (cwnd * 15n) / 8n;
    while (renoCredit > step) {
      renoCredit -= step;
      renoCwnd++;
    }
    if (renoCwnd > cwnd) perSegments = min(perSegments, cwnd / (renoCwnd - cwnd));
    perSegments = max(perSegments, 2n);
  }

  return steps.map((step) => {
    nowNs += BigInt(step.afterNs);
    if (step.kind === 'loss' || step.kind === 'timeout') {
      wMax = cwnd < wMax ? (cwnd * (1024n + 717n)) / 2048n : cwnd;
      epoch = undefined;
      credit = 0n;
      ssthresh = max((cwnd * 717n) / 1024n, 2n);
      cwnd = step.kind === 'loss' ? ssthresh : 1n;
      if (step.kind === 'timeout') forgetAll();
    } else if (step.kind === 'idle') {
      if (epoch !== undefined) epoch = { ...epoch, startTick: epoch.startTick + nowNs / TICK_NS - lastSendTick };
      lastSendTick = nowNs / TICK_NS;
    } else {
      una += BigInt(step.acked);
      const tick = nowNs / TICK_NS;
      if (epoch === undefined || tick - epoch.startTick >= HZ) {
        const delayUs = max(1n, BigInt(step.rttNs) / 1000n);
        delays.push(delayUs);
        if (!found && cwnd < ssthresh) hyStart(delayUs);
      }
      if (step.grows) {
        let left = BigInt(step.acked);
        if (cwnd < ssthresh) {
          const grown = min(cwnd + left, ssthresh);
          left -= grown - cwnd;
          cwnd = grown;
        }
        if (left > 0n) {
          follow(left);
          if (credit >= perSegments) [credit, cwnd] = [0n, cwnd + 1n];
          credit += left;
          cwnd += credit / perSegments;
          credit %= perSegments;
        }
      }
      sent = max(sent, una + cwnd);
      lastSendTick = tick;
    }
    return { cwnd: Number(cwnd), ssthresh: ssthresh === 1n << 62n ? -1 : Number(ssthresh) };
  });
}
