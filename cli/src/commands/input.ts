import { InputError } from '../cli-error.js';

export interface VersionName {
  readonly model: string;
  readonly version: number;
}

/** MODEL@VERSION. @throws InputError for anything else */
export function versionName(text: string): VersionName {
  const [, model, version] = /^(.+)@(\d{1,9})$/.exec(text) ?? [];
  if (!model || Number(version) < 1)
    throw new InputError(`${text} names no version: write MODEL@VERSION, as in smollm2@2.`);
  return { model, version: Number(version) };
}

/** @throws InputError when it is no whole number or below `least` */
export function wholeNumber(text: string, option: string, least: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= least) return number;
  throw new InputError(`${option} needs a whole number, ${least} or more.`);
}
