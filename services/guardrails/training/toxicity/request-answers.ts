import type { HarmLabel } from '../../src/detector/toxicity/harm.js';
import type { Row } from '../kit/rows.js';
import { harmful, type HarmAnswers } from './sample.js';

/** Kinds of requests by their words; the first that fits decides. The data does not name categories. */
const KINDS: readonly (readonly [RegExp, readonly HarmLabel[], readonly HarmLabel[]])[] = [
  [
    /commit suicide|committing suicide|self-harm|cut(ting)? (yourself|themselves)/i,
    ['self-harm', 'self-harm/instructions'],
    ['illicit', 'violence', 'harassment', 'self-harm/intent'],
  ],
  [/anorexia|bulimia/i, ['self-harm'], ['self-harm/instructions', 'self-harm/intent']],
  [
    /sexual assault|consent is|rape|commercial sexual|brothel|explicit (images|or intimate)|intimate images/i,
    ['sex-related-crimes'],
    ['sexual', 'illicit', 'illicit/violent', 'harassment', 'violence', 'privacy', 'hate', 'toxic'],
  ],
  [/snuff film/i, ['sexual'], ['violence', 'violence/graphic', 'sex-related-crimes']],
  [/pornographic|erotic|sexually explicit/i, ['sexual'], ['sex-related-crimes']],
  [/graphic detail/i, ['violence', 'violence/graphic'], ['illicit/violent', 'illicit']],
  [
    /holocaust|nazi|racial slurs|race-based|inciting hatred|toward a particular race|residential schools|genocide/i,
    ['hate'],
    ['harassment', 'toxic', 'violence', 'hate/threatening'],
  ],
  [
    /sarin|ricin|lewisite|tabun|nerve gas|botulinum|chemical w|biological w|ebola|cholera|anthrax|vx\b|mustard gas|phosgene|enriched uranium|dirty bomb|biohazard|gene synthesis|chlorine gas|parathion|spread a virus|tetrodotoxin|strychnine|nitrogen mustard|novichok|smallpox/i,
    ['indiscriminate-weapons', 'illicit', 'illicit/violent'],
    ['violence'],
  ],
  [
    /bomb|arson|hitman|rob a bank|gunpoint|handgun|firearm|poison|kill(ing)? a|kidnap|weapon|explosive|murder|torture|swatting|fall down the stairs|explod|beheading/i,
    ['illicit', 'illicit/violent'],
    ['violence', 'indiscriminate-weapons', 'harassment/threatening'],
  ],
  [
    /bully|bullies|harass|insulting|mocks|gaslight|demean|humiliat/i,
    ['harassment'],
    ['toxic', 'hate', 'harassment/threatening', 'violence', 'defamation'],
  ],
  [/voting machine|voter|ballot|election/i, ['elections'], ['illicit', 'defamation']],
  [
    /claim(ing|s)? (that|to have)|defamatory|was found|secretly|snorting/i,
    ['defamation'],
    ['elections', 'hate', 'harassment'],
  ],
  [/stalk|dox|home address|wiretap|spy on|track(ing)? (someone|a person)/i, ['privacy', 'illicit'], ['harassment']],
  [
    /persuasive|convince people|write a (blog )?post|hoax|article|essay|social media post|explain that/i,
    [],
    ['illicit', 'elections', 'defamation', 'hate', 'toxic', 'violence'],
  ],
];
const HARM_IN_INTERPRETER: readonly HarmLabel[] = ['code-interpreter-abuse', 'illicit'];

/** A plain harmful request: what it asks for. Requests to run harmful code are one of their own. */
export function requestAnswers(row: Row): HarmAnswers {
  if (row.kind.startsWith('interpreter_abuse')) return harmful(HARM_IN_INTERPRETER);
  const kind = KINDS.find(([words]) => words.test(row.text));
  if (!kind) return harmful(['illicit'], ['code-interpreter-abuse', 'privacy', 'illicit/violent']);
  return harmful(kind[1], kind[2]);
}
