import { it } from 'vitest';
import { Simulation } from '../../../../simulation.ts';
import { Bbr } from '../bbr.ts';
import { Dumbbell } from '../../dumbbell.ts';
it('buffers', () => {
  for (const buf of [50, 400]) {
    const sim = new Simulation({ seed: 'a' });
    const d = new Dumbbell(sim, { rateBps: 128e3, rttNs: 40e6, bufferPackets: buf });
    const fs = Array.from({ length: 8 }, (_, i) => { const f = new Bbr(sim.stream('bbr' + i)); const c = d.add({ controller: f, startNs: i * 250e6 }); return { f, c }; });
    for (let t = 0; t <= 300; t += t < 20 ? 4 : 20) { sim.run({ untilNs: t * 1e9 }); console.log(buf, t, 'q', d.bottleneck.discipline.packets, fs.map(({ f, c }) => `${f.mode[0]}${f.mode[6] ?? ''} i${c.sender.inflight} w${c.sender.cwnd} m${(f.minRttNs / 1e9).toFixed(1)} r${(f.rate * 1e9).toFixed(2)} ${c.sender.state[0]}`).join(' | ')); }
  }
});
it('five', () => {
    const sim = new Simulation({ seed: 'a' });
    const d = new Dumbbell(sim, { rateBps: 100e6, rttNs: 10e6, bufferPackets: 666 });
    const fs = Array.from({ length: 5 }, (_, i) => { const f = new Bbr(sim.stream('bbr' + i)); const c = d.add({ controller: f, startNs: i * 2e9 }); return { f, c }; });
    const last = [0, 0, 0, 0, 0]; const modes = ['', '', '', '', ''];
    const L: string[] = [];
    for (let t = 0; t <= 60000; t += 20) { sim.run({ untilNs: t * 1e6 });
      fs.forEach(({ f }, i) => { if ((f.mode === 'PROBE_RTT') !== (modes[i] === 'PROBE_RTT')) L.push(`${t} flow ${i} ${f.mode} min ${f.minRttNs / 1e6}`); modes[i] = f.mode; });
      if (t % 2000 === 0) { L.push(`${t} q ${d.bottleneck.discipline.packets} ` + fs.map(({ f, c }, i) => { const b = c.receiver.deliveredBytes; const x = (b - last[i]!) * 8 / 2e6; last[i] = b; return `${x.toFixed(1)} (m${(f.minRttNs / 1e6).toFixed(2)})`; }).join(' ')); } }
    console.log(L.join('\n'));
});
