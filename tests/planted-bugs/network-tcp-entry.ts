/** What a planted bug in the transport is loaded with. */
export * from '../../sim/network/tcp/ack-policy.ts';
export * from '../../sim/network/tcp/controllers/reno.ts';
export * from '../../sim/network/tcp/delivery-rate.ts';
export * from '../../sim/network/tcp/pacing.ts';
export * from '../../sim/network/tcp/prr.ts';
export * from '../../sim/network/tcp/rack-tlp.ts';
export * from '../../sim/network/tcp/received-ranges.ts';
export * from '../../sim/network/tcp/rtt.ts';
export * from '../../sim/network/tcp/scoreboard.ts';
export * from '../../sim/network/tcp/tests/dialogue.ts';
export * from '../../sim/network/tcp/tests/random-path.ts';
