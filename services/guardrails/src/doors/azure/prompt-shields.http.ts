import { Body, Controller, HttpCode, Post, Query } from '@nestjs/common';
import { Access, CurrentCall, ErrorBody, type HttpCall } from '@weir/bootstrap';
import { WeirError } from '@weir/errors';
import { textAt } from '../wire/chat-messages.js';
import { readWith } from '../wire/door-body.js';
import { DoorTraffic } from '../door-traffic.service.js';
import { InspectionService } from '../inspection/inspection.service.js';
import { azureErrorBody, shieldBody } from './shield-body.js';

/** What Azure's clients send their key in; some gateways in front of it take the second. */
const AZURE_KEY_HEADERS = ['ocp-apim-subscription-key', 'api-key'];

/** Prompt Shields of Azure AI Content Safety. */
@Controller('contentsafety')
@Access({ scope: 'inference', keyHeaders: AZURE_KEY_HEADERS })
@ErrorBody(azureErrorBody)
export class PromptShieldsHttp {
  constructor(
    private readonly inspection: InspectionService,
    private readonly traffic: DoorTraffic,
  ) {}

  @Post('text::shieldPrompt')
  @HttpCode(200)
  shield(@Query('api-version') version: string | undefined, @Body() body: unknown, @CurrentCall() call: HttpCall) {
    return this.traffic.count('azure', async () => {
      if (!version) {
        throw new WeirError('invalid_request', 'The parameter api-version is missing.', { param: 'api-version' });
      }
      const { userPrompt, documents } = readWith(shieldBody, body);
      const selection = this.inspection.select('prompt-injection');
      const prompt = { texts: [textAt('userPrompt', userPrompt ?? '', 'user')] };
      const units = documents.map((text, index) => ({
        texts: [textAt(`documents.${index}`, text, 'tool', 'document')],
        context: prompt.texts,
      }));
      const [inPrompt = []] = userPrompt
        ? await this.inspection.inspect(selection, { units: [prompt], stage: 'input' }, call)
        : [];
      const inDocuments = await this.inspection.inspect(selection, { units, stage: 'document' }, call);
      return {
        userPromptAnalysis: { attackDetected: inPrompt.length > 0 },
        documentsAnalysis: inDocuments.map((found) => ({ attackDetected: found.length > 0 })),
      };
    });
  }
}
