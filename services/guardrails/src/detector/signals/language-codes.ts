/** Languages that are told apart: ISO 639-1 or, where there is none, ISO 639-3, with the code that franc uses. */
const CODES =
  'en:eng es:spa pt:por fr:fra de:deu it:ita nl:nld pl:pol tr:tur vi:vie id:ind ms:zlm sw:swh ro:ron hu:hun cs:ces sk:slk ' +
  'sl:slv hr:hrv sv:swe da:dan nb:nob nn:nno fi:fin et:ekk lv:lvs lt:lit sq:als ca:cat gl:glg eu:eus af:afr eo:epo tl:tgl ' +
  'az:azj uz:uzn so:som ha:hau yo:yor ig:ibo zu:zul xh:xho tk:tuk ru:rus uk:ukr bg:bul be:bel sr:srp bs:bos mk:mkd kk:kaz ' +
  'tt:tat ky:kir tg:tgk mn:khk ar:arb ur:urd fa:pes ps:pbu ug:uig hi:hin mr:mar ne:npi zh:cmn ja:jpn ko:kor th:tha he:heb ' +
  'yi:ydd el:ell bn:ben ta:tam te:tel kn:kan ml:mal gu:guj pa:pan si:sin km:khm lo:lao my:mya hy:hye ka:kat am:amh bo:bod';

const francByCode: ReadonlyMap<string, string> = new Map(
  CODES.split(' ').flatMap((pair) => {
    const [short = '', long = ''] = pair.split(':');
    return [[short, long] as const, [long, long] as const];
  }),
);

/** All languages that are told apart, as franc names them. */
export const knownLanguages: readonly string[] = [...new Set(francByCode.values())];

/** `no` covers both written forms of Norwegian. */
export function francCodes(code: string): readonly string[] {
  if (code === 'no' || code === 'nor') return ['nob', 'nno'];
  const found = francByCode.get(code);
  return found ? [found] : [];
}
