import { describe, expect, it } from 'vitest';
import { Access, accessOf, Public } from './route-access.js';

@Access({ scope: 'usage.read' })
class Controller {
  inherited() {}

  @Public()
  open() {}

  @Access({ scope: 'admin' })
  strict() {}

  @Access({ scope: 'inference', keyHeaders: ['x-api-key'] })
  foreign() {}
}

class Undeclared {
  method() {}
}

describe('route access', () => {
  it('comes from the class unless the method says something else', () => {
    const { inherited, open, strict, foreign } = Controller.prototype;
    expect(accessOf(inherited)).toEqual({ scope: 'usage.read' });
    expect(accessOf(open)).toBe('public');
    expect(accessOf(strict)).toEqual({ scope: 'admin' });
    expect(accessOf(foreign)).toEqual({ scope: 'inference', keyHeaders: ['x-api-key'] });
  });

  it('is unknown when nobody declared it', () => {
    expect(accessOf(Undeclared.prototype.method)).toBeUndefined();
  });
});
