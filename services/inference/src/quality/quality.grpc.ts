import { GrpcHandlers } from '@weir/bootstrap';
import { engineV1 } from '@weir/contracts';
import type { CallContext, Handlers } from '@weir/grpc';
import { parseMeasureRequest } from './parse-measure-request.js';
import { QualityService, type Measured } from './quality.service.js';

const Quality = engineV1.QualityServiceDefinition;

/** Serves weir.engine.v1.QualityService. */
@GrpcHandlers(Quality, { measureQuality: { services: ['operator'], scope: 'admin' } })
export class QualityGrpc implements Handlers<typeof Quality> {
  constructor(private readonly quality: QualityService) {}

  async *measureQuality(message: engineV1.MeasureQualityRequest, call: CallContext): AsyncGenerator<Measured> {
    const { signal, trace, requestId } = call;
    yield* this.quality.measure(parseMeasureRequest(message), { signal, trace, requestId });
  }
}
