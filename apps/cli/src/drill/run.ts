import { usage } from '../failure.js';
import { makeFolder, removeFolder } from '../folder.js';
import { POSTS } from '../demo/cast.js';
import { ProgressLine } from '../progressLine.js';
import type { Report } from '../report.js';
import { evacuate } from './evacuation.js';
import { buildScene } from './scene.js';
import type { DrillSize } from './scene.js';
import { EVACUATION } from './verify.js';

/** Builds the ministry, evacuates the mission and returns the signed report; nothing else of it stays. */
export async function runEvacuation(
  report: Report,
  { mission, ...size }: DrillSize & { mission: string },
): Promise<string> {
  requireMission(mission);
  const folder = await makeFolder('drill');
  const line = new ProgressLine(report);
  try {
    const scene = await buildScene(folder.path, mission, size, (words) => {
      line.show(words);
    });
    try {
      line.show('two officers revoke the mission');
      const body = await evacuate(scene);
      const [{ client }] = scene.officers;
      return await client.signReport(EVACUATION, body);
    } finally {
      await scene.close();
    }
  } finally {
    line.clear();
    await removeFolder(folder);
  }
}

function requireMission(wanted: string): void {
  const missions = POSTS.filter(({ kind }) => kind === 'MISSION');
  const text = wanted.trim().toLowerCase();
  if (missions.some(({ key, name }) => key === text || name.toLowerCase().includes(text))) return;
  throw usage(`the demonstration ministry has the missions ${missions.map(({ key }) => key).join(', ')}`, '--mission');
}
