import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Access, CurrentCall, type HttpCall } from '@weir/bootstrap';
import { CheckService } from '../../check/check.service.js';
import { DecisionRecorder } from '../../check/decision-recorder.service.js';
import { PolicyStore } from '../../policy/store/policy-store.service.js';
import { readWith } from '../wire/door-body.js';
import { subjectOf } from '../door-call.js';
import { DoorTraffic } from '../door-traffic.service.js';
import { webhookAnswer } from './webhook-answer.js';
import { partsOf, webhookBody } from './webhook-body.js';

/** The guardrail API that LiteLLM calls. */
@Controller('beta/litellm_basic_guardrail_api')
@Access({ scope: 'inference', keyHeaders: ['x-api-key'] })
export class GuardrailWebhookHttp {
  constructor(
    private readonly checks: CheckService,
    private readonly policies: PolicyStore,
    private readonly recorder: DecisionRecorder,
    private readonly traffic: DoorTraffic,
  ) {}

  @Post()
  @HttpCode(200)
  guard(@Body() body: unknown, @CurrentCall() call: HttpCall) {
    return this.traffic.count('litellm', async () => {
      const read = readWith(webhookBody, body);
      const parts = partsOf(read);
      // A mark put into the prompt could not be looked for in the answer, which comes as a request of its own.
      const policy = {
        ...this.policies.resolve([read.additional_provider_specific_params?.policy ?? '']),
        canary: false,
      };
      const input = { texts: parts, context: [], facts: new Map<string, string>() };
      const subject = subjectOf(call, read.model ?? '');
      const { decision, texts } = await this.checks.decide({
        ...input,
        policy,
        stage: read.input_type === 'response' ? 'output' : 'input',
        state: undefined,
        subject,
        approval: '',
        signal: call.signal,
        principal: call.principal,
      });
      this.recorder.record({ decision, subject, input, trace: call.trace });
      return webhookAnswer(decision, parts, texts);
    });
  }
}
