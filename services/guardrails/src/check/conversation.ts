import { WeirError } from '@weir/errors';
import type { guardrailsV1 } from '@weir/contracts';
import type { ConversationText, Role } from '../detector/text-check.js';
import type { Stage } from '../detector/verdict-words.js';
import type { TextViews } from '../text/text-views.js';
import { viewsOf } from '../text/views-of.js';
import { stageOf } from './stages.js';

const ROLES: ReadonlySet<string> = new Set<Role>(['system', 'developer', 'user', 'assistant', 'tool']);

/** A text of a request, and whether it has to stay JSON. */
export class ConversationPart implements ConversationText {
  readonly path: string;
  readonly role: Role;
  readonly stage: Stage;
  readonly text: string;
  readonly tool: string;
  readonly json: boolean;
  readonly before: number;
  #views: TextViews | undefined;

  constructor(part: Omit<ConversationText, 'views'> & { readonly json: boolean }) {
    this.path = part.path;
    this.role = part.role;
    this.stage = part.stage;
    this.text = part.text;
    this.tool = part.tool;
    this.json = part.json;
    this.before = part.before ?? 0;
  }

  get views(): TextViews {
    return (this.#views ??= viewsOf(this.text));
  }

  /** The same place with another text. */
  withText(text: string): ConversationPart {
    const { path, role, stage, tool, json } = this;
    return new ConversationPart({ path, role, stage, tool, json, text });
  }
}

/**
 * `stage`: of every part that names none.
 * @throws WeirError `invalid_request` for an unknown role.
 */
export function conversationOf(parts: readonly guardrailsV1.TextPart[], stage: Stage): ConversationPart[] {
  return parts.map((part) => {
    const { path, text, json, tool } = part;
    return new ConversationPart({
      path,
      text,
      json,
      tool,
      role: roleOf(part.role),
      stage: stageOf(part.stage) ?? stage,
    });
  });
}

function roleOf(role: string): Role {
  if (role === '') return 'user';
  if (ROLES.has(role)) return role as Role;
  throw new WeirError('invalid_request', `There is no role ${JSON.stringify(role.slice(0, 32))}.`, {
    param: 'parts.role',
  });
}
