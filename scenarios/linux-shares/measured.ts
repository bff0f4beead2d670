/** What real kernels showed in these cases: copied from sim/os/linux/testdata/real-kernels.json, where it says how; a test compares. */
import type { LinuxPolicy } from '../../sim/os/linux/classes.ts';
import type { CaseId } from './cases.ts';

export interface Measured {
  readonly share: number;
  readonly wakeUs?: { readonly p50: number; readonly p90: number; readonly p99: number };
}

export const MEASURED: Readonly<Record<LinuxPolicy, Readonly<Record<CaseId, Measured>>>> = {
  'cfs-6.1': {
    'nice-0-5': { share: 0.75359 },
    'duty-1-1-vs-1': { share: 0.49341, wakeUs: { p50: 68.8, p90: 68.8, p99: 68.8 } },
    'duty-2-2-vs-1': { share: 0.49695, wakeUs: { p50: 68.8, p90: 68.8, p99: 68.8 } },
    'duty-5-5-vs-1': { share: 0.41554, wakeUs: { p50: 68.8, p90: 68.8, p99: 73.8 } },
    'duty-20-20-vs-1': { share: 0.35105, wakeUs: { p50: 68.8, p90: 68.8, p99: 68.8 } },
    'duty-5-5-vs-4': { share: 0.20001, wakeUs: { p50: 69.1, p90: 7921.3, p99: 11922.1 } },
    'duty-3-7-vs-4': { share: 0.19994, wakeUs: { p50: 68.9, p90: 5535.7, p99: 9993.3 } },
    'duty-0.1-5-vs-1': { share: 0.02419, wakeUs: { p50: 68.7, p90: 68.8, p99: 77.8 } },
    'duty-0.1-5-vs-4': { share: 0.02426, wakeUs: { p50: 68.9, p90: 69.0, p99: 78.8 } },
    'duty-0.2-10-vs-8': { share: 0.02188, wakeUs: { p50: 69.1, p90: 69.2, p99: 78.2 } },
    'fifo-normal': { share: 0.04968 },
  },
  'eevdf-6.12': {
    'nice-0-5': { share: 0.75354 },
    'duty-1-1-vs-1': { share: 0.33106, wakeUs: { p50: 71.4, p90: 71.4, p99: 73.4 } },
    'duty-2-2-vs-1': { share: 0.33241, wakeUs: { p50: 71.4, p90: 71.4, p99: 73.6 } },
    'duty-5-5-vs-1': { share: 0.33288, wakeUs: { p50: 71.4, p90: 71.4, p99: 73.6 } },
    'duty-20-20-vs-1': { share: 0.33304, wakeUs: { p50: 71.4, p90: 71.4, p99: 73.4 } },
    'duty-5-5-vs-4': { share: 0.16651, wakeUs: { p50: 1993.2, p90: 6706.2, p99: 10706.5 } },
    'duty-3-7-vs-4': { share: 0.13632, wakeUs: { p50: 71.7, p90: 835.6, p99: 4832.1 } },
    'duty-0.1-5-vs-1': { share: 0.0236, wakeUs: { p50: 71.4, p90: 73.4, p99: 3612.9 } },
    'duty-0.1-5-vs-4': { share: 0.02172, wakeUs: { p50: 71.6, p90: 3838.6, p99: 3841.0 } },
    'duty-0.2-10-vs-8': { share: 0.01859, wakeUs: { p50: 1793.4, p90: 3513.7, p99: 7512.9 } },
    'fifo-normal': { share: 0.05369 },
  },
};
