import { WeirError } from '@weir/errors';
import type { guardrailsV1 } from '@weir/contracts';
import type { ConversationText, Role } from '../detector/text-check.js';
import type { Stage } from '../detector/verdict-words.js';
import type { TextViews } from '../text/text-views.js';
import { viewsOf } from '../text/views-of.js';
import { stageOf } from './stages.js';

const ROLES: ReadonlySet<string> = new Set<Role>(['system', 'developer', 'user', 'assistant', 'tool']);

const MAX_CONTINUATIONS = 16;

/** What a filter needs to know of a text beside what its checks read. */
interface TextForm {
  /** It has to stay JSON. */
  readonly json: boolean;
  /** How it may have gone on where it was cut off, an empty one for anyhow; absent or none = it is complete. */
  readonly continuations?: readonly string[];
}

/** A text of a request, and how it is to be filtered. */
export class ConversationPart implements ConversationText {
  readonly path: string;
  readonly role: Role;
  readonly stage: Stage;
  readonly text: string;
  readonly tool: string;
  readonly json: boolean;
  readonly continuations: readonly string[];
  readonly before: number;
  #views: TextViews | undefined;

  constructor(part: Omit<ConversationText, 'views'> & TextForm) {
    this.path = part.path;
    this.role = part.role;
    this.stage = part.stage;
    this.text = part.text;
    this.tool = part.tool;
    this.json = part.json;
    this.continuations = part.continuations ?? [];
    this.before = part.before ?? 0;
  }

  get views(): TextViews {
    return (this.#views ??= viewsOf(this.text));
  }

  /** The same place with another text. */
  withText(text: string): ConversationPart {
    const { path, role, stage, tool, json, continuations } = this;
    return new ConversationPart({ path, role, stage, tool, json, continuations, text });
  }
}

/**
 * `stage`: of every part that names none.
 * @throws WeirError `invalid_request` for an unknown role, or too many continuations.
 */
export function conversationOf(parts: readonly guardrailsV1.TextPart[], stage: Stage): ConversationPart[] {
  return parts.map((part) => {
    const { path, text, json, tool } = part;
    return new ConversationPart({
      path,
      text,
      json,
      tool,
      continuations: boundedContinuations(part.continuations),
      role: roleOf(part.role),
      stage: stageOf(part.stage) ?? stage,
    });
  });
}

/** @throws WeirError `invalid_request` for more of them than any request has stop sequences. */
export function boundedContinuations(continuations: readonly string[]): readonly string[] {
  if (continuations.length <= MAX_CONTINUATIONS) return continuations;
  throw new WeirError('invalid_request', `A text has at most ${MAX_CONTINUATIONS} continuations.`, {
    param: 'continuations',
  });
}

function roleOf(role: string): Role {
  if (role === '') return 'user';
  if (ROLES.has(role)) return role as Role;
  throw new WeirError('invalid_request', `There is no role ${JSON.stringify(role.slice(0, 32))}.`, {
    param: 'parts.role',
  });
}
