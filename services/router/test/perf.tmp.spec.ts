import { execFile } from 'node:child_process';
import { Session } from 'node:inspector/promises';
import { writeFileSync } from 'node:fs';
import { it } from 'vitest';
import { RouterWorld } from './router-world.js';

it('perf', { timeout: 300_000 }, async () => {
  const world = await RouterWorld.start();
  world.billing.of(world.tenant.projectId).tokenLimit = 1e12;
  world.billing.of(world.tenant.projectId).slice = 1e9;
  world.events.push = (() => 0) as never;
  world.engine.requests.push = (() => 0) as never;
  world.guardrails.checks.push = (() => 0) as never;
  const load = (mode: string, n: number, rate: number) =>
    new Promise<string>((resolve, reject) =>
      execFile(process.execPath, ['/tmp/router-load.mjs', world.running.httpUrl, world.tenant.apiKey, mode, String(n), String(rate)], (e, out) => (e ? reject(e) : resolve(out.trim()))),
    );
  const texts = Array.from({ length: 30 }, (_, i) => `word${i} `);
  for (const mode of ['plain', 'stream']) {
    world.engine.scripts.set('d1', mode === 'plain' ? { texts, gapMs: 0 } : { texts, gapMs: Number(process.env.GAP ?? 5) });
    await load(mode, 600, mode === 'plain' ? 200 : 60);
    const session = new Session();
    session.connect();
    if (process.env.PROF) { await session.post('Profiler.enable'); await session.post('Profiler.start'); }
    const before = process.cpuUsage();
    const n = mode === 'plain' ? 2000 : 800;
    const out = await load(mode, n, mode === 'plain' ? 200 : 80);
    const used = process.cpuUsage(before);
    console.log(out, 'cpu ms/request', ((used.user + used.system) / 1000 / n).toFixed(2));
    if (process.env.PROF) { const { profile } = await session.post('Profiler.stop'); writeFileSync(`/tmp/prof-${mode}.cpuprofile`, JSON.stringify(profile)); }
  }
  await world[Symbol.asyncDispose]();
});
