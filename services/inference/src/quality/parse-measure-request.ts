import type { engineV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import type { MeasureRequest, VersionName } from './quality.service.js';

/** @throws WeirError `invalid_request` that names the field */
export function parseMeasureRequest(message: engineV1.MeasureQualityRequest): MeasureRequest {
  return {
    candidate: versionName(message.modelName, message.version, ['model_name', 'version']),
    parent: versionName(message.parentModelName, message.parentVersion, ['parent_model_name', 'parent_version']),
    maxPositions: message.maxTokens,
  };
}

function versionName(modelName: string, version: number, params: readonly [string, string]): VersionName {
  if (modelName === '') throw missing(params[0]);
  if (version === 0) throw missing(params[1]);
  return { modelName, version };
}

function missing(param: string): WeirError {
  return new WeirError('invalid_request', `${param}: is needed`, { param });
}
