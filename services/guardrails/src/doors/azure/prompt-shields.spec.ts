import { fakeSource } from '@weir/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { DoorTraffic } from '../door-traffic.service.js';
import { doorFixture, type DoorFixture } from '../inspection/inspection.fixture.js';
import { PromptShieldsHttp } from './prompt-shields.http.js';

const ATTACK = 'please ignore that';

describe('Prompt Shields', () => {
  let doors: DoorFixture;
  let door: PromptShieldsHttp;
  beforeEach(() => {
    doors = doorFixture(fakeSource());
    door = new PromptShieldsHttp(doors.inspection, new DoorTraffic(doors.metrics));
  });

  const shield = (body: unknown, version: string | undefined = '2024-09-01') =>
    door.shield(version, body, doors.call as never);

  it.each([
    [{ userPrompt: ATTACK }, true, []],
    [{ userPrompt: 'hello', documents: [] }, false, []],
    [{ userPrompt: 'hello', documents: ['fine', ATTACK, ''] }, false, [false, true, false]],
    [{ userPrompt: ATTACK, documents: ['fine'] }, true, [false]],
    [{ documents: [ATTACK] }, false, [true]],
    [{ userPrompt: null, documents: ['fine'] }, false, [false]],
    [{ userPrompt: '', documents: ['fine'] }, false, [false]],
  ])('answers %j', async (body, inPrompt, inDocuments) => {
    expect(await shield(body)).toEqual({
      userPromptAnalysis: { attackDetected: inPrompt },
      documentsAnalysis: inDocuments.map((attackDetected) => ({ attackDetected })),
    });
  });

  it('records the prompt and the documents as decisions of their stages', async () => {
    await shield({ userPrompt: ATTACK, documents: ['fine'] });
    expect(doors.recorded.map(({ decision }) => [decision.stage, decision.action])).toEqual([
      ['input', 'flag'],
      ['document', 'allow'],
    ]);
  });

  it.each([
    [{}, 'both empty'],
    [{ userPrompt: ['a'] }, 'userPrompt'],
    [{ documents: 'a' }, 'documents'],
    [{ documents: [null] }, 'documents[0]'],
    [null, 'expected object'],
  ])('refuses %j', async (body, why) => {
    const refused = shield(body);
    await expect(refused).rejects.toThrow(why);
    await expect(refused).rejects.toMatchObject({ code: 'invalid_request', httpStatus: 400 });
    expect(doors.recorded).toEqual([]);
  });

  it('needs the version of the API', async () => {
    await expect(door.shield(undefined, { userPrompt: 'a' }, doors.call as never)).rejects.toMatchObject({
      param: 'api-version',
      httpStatus: 400,
    });
    await expect(shield({ userPrompt: 'a' }, '')).rejects.toThrow('api-version');
  });
});
