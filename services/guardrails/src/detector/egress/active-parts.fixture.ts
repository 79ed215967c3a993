const ENTITIES: readonly (readonly [RegExp, string])[] = [
  [/&#x([\da-f]+);?/gi, ''],
  [/&#(\d+);?/g, ''],
  [/&colon;/gi, ':'],
  [/&sol;/gi, '/'],
  [/&period;/gi, '.'],
];

function decode(text: string): string {
  return ENTITIES.reduce(
    (done, [entity, plain]) =>
      done.replace(
        entity,
        (_, digits: string) =>
          plain || String.fromCodePoint(Number.parseInt(digits, entity.source.includes('x') ? 16 : 10)),
      ),
    text,
  );
}

const TAGS =
  /<\/?(script|img|image|iframe|frame|object|embed|style|link|svg|math|form|input|button|meta|base|body|video|audio|source|animate|maction|template|a)[\s/>]/gi;

function hostIsAllowed(url: string, allowed: readonly string[]): boolean {
  const parsed = URL.parse(url.replace(/^www\./i, 'http://www.'));
  // A browser goes nowhere with what it cannot parse.
  if (!parsed) return true;
  if (parsed.username) return false;
  const host = parsed.hostname.replace(/[^a-z\d]+$/, '');
  return allowed.some((entry) => (entry.startsWith('*.') ? host.endsWith(entry.slice(1)) : host === entry));
}

/**
 * What in a text could fetch, navigate, run or write to a terminal. It is written apart from the detectors, and coarser: it
 * reads URLs wherever they stand. `strict`: no tag and no control sequence, written out or not, may remain.
 */
export function activeParts(text: string, allowed: readonly string[], strict: boolean): string[] {
  const found: string[] = [];
  const plain = decode(text);
  const urls = [
    ...plain.matchAll(/(?:https?|ftp):[/\\]+[^\s<>"'`,()|[\]]+/gi),
    ...plain.matchAll(/(?<![\w./@=:%?&#\ufffd-]|\w\\)www\.[^\s<>"'`,()|[\]*_]+/gi),
  ];
  for (const [url] of urls) if (!hostIsAllowed(url.replaceAll('\\/', '/'), allowed)) found.push(url);
  for (const [, destination] of plain.matchAll(/\](?:\(|:)\s*<?([^\s<>]*)/g)) {
    const read = destination!.replace(/\\([!-/:-@[-`{-~])/g, '$1').replace(/[\0-\x20]/g, '');
    const leads = /^(?:[a-z][a-z\d+.-]*:[^\s)]|[/\\]{2}[^)/\\])/i.test(read);
    const url = read.replace(/^[/\\]{2}/, 'https://').replace(/\).*$/, '');
    if (leads && !hostIsAllowed(url, allowed)) found.push(destination!);
  }
  // Browsers leave these out of schemes.
  const joined = plain.replace(/[\t\r\n]/g, '');
  found.push(...(joined.match(/(?<![\w-])(?:javascript|vbscript):\S/gi) ?? []), ...(joined.match(/\]\(data:/gi) ?? []));
  found.push(...(text.match(/<[a-z][^>]*[\s/"']on[a-z]{3,}\s*=/gi) ?? []));
  found.push(...(text.match(/(?![\t\n\r])\p{Cc}/gu) ?? []));
  for (const [tag, name] of text.matchAll(TAGS)) {
    if (strict || !['a', 'img'].includes(name!.toLowerCase())) found.push(tag);
  }
  if (strict) found.push(...(text.match(/\\(?:(?:x1b|0?33|u001b|u\{1b\}|u0000001b|27|e)[[\]]|x9[bd])/gi) ?? []));
  return found;
}
