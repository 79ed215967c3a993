import { registerHooks } from 'node:module';

/* Sources import each other as `.js`, which is what they become; a bare Node process finds them as `.ts`. */
registerHooks({
  resolve(specifier, context, next) {
    try {
      return next(specifier, context);
    } catch (error) {
      if (!specifier.startsWith('.') || !specifier.endsWith('.js')) throw error;
      return next(specifier.replace(/\.js$/, '.ts'), context);
    }
  },
});
