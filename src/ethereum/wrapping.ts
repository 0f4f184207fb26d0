import type { Field } from './field.ts';

/** `{ version, data: { … } }` without its wrapping; what is bare stays as it is. The fork tells the version, not this. */
export function unwrapped(payload: Field): Field {
  const data = payload.optional('data');
  return data?.isObject() === true ? data : payload;
}
