import type { DetectorSpec } from '../detector.js';
import { codeDetectors } from './code-detectors.js';
import { controlDetectors } from './control-detectors.js';
import { htmlDetectors } from './html-detectors.js';
import { imageDetector } from './image-detector.js';
import { hostDetector, linkDetectors, wholeUrl } from './link-detectors.js';
import { isRedirector } from './redirector.js';
import { NO_URLS, parseUrl, UrlJudge } from './url-judge.js';

const QUERY_CHARS = 64;
const IP_ADDRESS = /^(?:\[.*\]|\d{1,3}(?:\.\d{1,3}){3})$/;

/**
 * What a model's answer can do to where it is shown or run. Nothing absolute is allowed in `egress.image` and
 * `egress.link.*`; `egress.url.*` finds what is suspicious about a URL wherever it leads. A policy that allows hosts defines a
 * check of the kind `links`.
 */
export const egressDetectors: readonly DetectorSpec[] = [
  imageDetector('egress.image', new UrlJudge(NO_URLS), false),
  ...linkDetectors('egress.link', new UrlJudge(NO_URLS)),
  wholeUrl(
    'egress.url.query',
    'URL_QUERY',
    suspicious((url) => url.search.length + url.hash.length > QUERY_CHARS),
  ),
  hostDetector(
    'egress.url.userinfo',
    'URL_USERINFO',
    suspicious((url) => url.username !== '' || url.password !== ''),
  ),
  hostDetector(
    'egress.url.ip',
    'URL_IP',
    suspicious((url) => IP_ADDRESS.test(url.hostname)),
  ),
  hostDetector(
    'egress.url.punycode',
    'URL_PUNYCODE',
    suspicious((url) => /(?:^|\.)xn--/.test(url.hostname)),
  ),
  wholeUrl('egress.url.redirect', 'URL_REDIRECT', suspicious(isRedirector)),
  ...htmlDetectors(),
  ...controlDetectors(),
  ...codeDetectors(),
];

function suspicious(is: (url: URL) => boolean): (value: string) => boolean {
  return (value) => {
    const url = parseUrl(value);
    return url !== undefined && is(url);
  };
}
