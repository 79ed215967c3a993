import { Ticket, type SlotDemand } from '../admission/ticket.js';

/** A request of ten prompt tokens and ten generated ones, and what is special about it. */
export function plainDemand(special: Partial<SlotDemand> = {}): SlotDemand {
  return {
    tenant: 'a',
    priority: 0,
    promptTokens: 10,
    maxTokens: 10,
    deadline: undefined,
    ttftDeadline: undefined,
    returning: false,
    ...special,
  };
}

/** A ticket for such a request. */
export function plainTicket(id: number, special: Partial<SlotDemand> = {}, enteredAt = 0): Ticket {
  return new Ticket(id, plainDemand(special), enteredAt);
}
