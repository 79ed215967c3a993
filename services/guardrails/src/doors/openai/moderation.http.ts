import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { Access, CurrentCall, SOURCE, type HttpCall } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { textAt } from '../wire/chat-messages.js';
import { readWith } from '../wire/door-body.js';
import { DoorTraffic } from '../door-traffic.service.js';
import { InspectionService } from '../inspection/inspection.service.js';
import { moderationBody } from './moderation-body.js';
import { moderationResult } from './moderation-result.js';

/** What judges here, for clients that name no model. */
const MODEL = 'weir-moderation';

/** The moderation API of OpenAI. */
@Controller('v1/moderations')
@Access({ scope: 'inference' })
export class ModerationHttp {
  constructor(
    private readonly inspection: InspectionService,
    private readonly traffic: DoorTraffic,
    @Inject(SOURCE) private readonly source: Source,
  ) {}

  @Post()
  @HttpCode(200)
  moderate(@Body() body: unknown, @CurrentCall() call: HttpCall) {
    return this.traffic.count('openai', async () => {
      const { input, model } = readWith(moderationBody, body);
      const units = input.map((text, index) => ({ texts: [textAt(`input.${index}`, text, 'user')] }));
      // Scores below the threshold are part of the answer.
      const selection = this.inspection.select('toxicity');
      const [inspector] = selection.inspectors;
      const found = await this.inspection.inspect({ ...selection, tellsAll: true }, { units, stage: 'input' }, call);
      const threshold = inspector?.threshold ?? 0.5;
      return {
        id: `modr-${this.source.uuid().replaceAll('-', '')}`,
        model: model ?? MODEL,
        results: found.map((detections) => moderationResult(detections, threshold)),
      };
    });
  }
}
