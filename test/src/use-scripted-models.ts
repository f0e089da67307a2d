import { register } from 'node:module';

// node --import use-scripted-models.js program.js: whoever imports "@glm-tasks/core" gets models that follow a script.
const scripted = JSON.stringify(new URL('./scripted-models.js', import.meta.url).href);
register(`data:text/javascript,${encodeURIComponent(`export async function resolve(specifier, context, next) {
  return specifier === '@glm-tasks/core' && context.parentURL !== ${scripted} ? { url: ${scripted}, shortCircuit: true } : next(specifier, context);
}`)}`);
