import { z } from 'zod';
import type { MapNode, Node, Path } from './node.ts';
import { innerOf } from './note.ts';

/** The schema under its optional, nullable and default wrappers. */
export function coreOf(schema: z.ZodType): z.ZodType {
  const inner = innerOf(schema);
  return inner === null ? schema : coreOf(inner);
}

/**
 * The schemas that may stand at `path`. There are several only where the driver that decides is not known.
 *
 * @param node what is configured at the root, to find the driver in
 */
export function schemasAt(root: z.ZodType, path: Path, node: Node | null): readonly z.ZodType[] {
  const [key, ...rest] = path;
  if (key === undefined) return [root];
  const child = node?.kind === 'map' ? (node.entries.get(String(key)) ?? null) : null;
  const children = variantsOf(root, node).flatMap((schema) => childrenOf(schema, key));
  return children.flatMap((schema) => schemasAt(schema, rest, child));
}

/** The keys that a section may have, of all its variants that may apply. */
export function keysOf(schema: z.ZodType, node: Node | null): readonly string[] {
  return variantsOf(schema, node).flatMap(keysOfVariant);
}

function keysOfVariant(variant: z.ZodType): readonly string[] {
  return variant instanceof z.ZodObject ? Object.keys(variant.shape) : [];
}

/** Do other settings stand below this one (and not a single value or a list)? */
export function isContainer(schema: z.ZodType): boolean {
  const core = coreOf(schema);
  return core instanceof z.ZodObject || core instanceof z.ZodDiscriminatedUnion || core instanceof z.ZodRecord;
}

/** The full path of each setting whose own name is `name`, as far as its place has no free names in it. */
export function pathsEndingIn(schema: z.ZodType, name: string, above: Path = []): readonly Path[] {
  return variantsOf(schema, null).flatMap((variant) =>
    keysOfVariant(variant).flatMap((key) => {
      const path = [...above, key];
      const below = childrenOf(variant, key).flatMap((child) => pathsEndingIn(child, name, path));
      return key === name ? [path, ...below] : below;
    }),
  );
}

/** The schema itself, or of a section with drivers the variants that fit the configured driver: all when none does. */
function variantsOf(schema: z.ZodType, node: Node | null): readonly z.ZodType[] {
  const core = coreOf(schema);
  if (!(core instanceof z.ZodDiscriminatedUnion)) return [core];
  const variants = core.options.filter((option) => option instanceof z.ZodObject);
  const chosen = variants.filter((option) => fitsDriver(option, core.def.discriminator, node));
  return chosen.length === 0 ? variants : chosen;
}

function fitsDriver(variant: z.ZodObject, discriminator: string, node: Node | null): boolean {
  const schema: unknown = variant.shape[discriminator];
  return node?.kind === 'map' && schema instanceof z.ZodType && schema.safeParse(driverOf(node, discriminator)).success;
}

function driverOf(node: MapNode, discriminator: string): unknown {
  const driver = node.entries.get(discriminator);
  return driver?.kind === 'scalar' ? driver.value : driver;
}

function childrenOf(schema: z.ZodType, key: string | number): readonly z.ZodType[] {
  const child = childOf(schema, key);
  return child instanceof z.ZodType ? [child] : [];
}

function childOf(schema: z.ZodType, key: string | number): unknown {
  if (schema instanceof z.ZodObject) return Object.hasOwn(schema.shape, key) ? schema.shape[key] : null;
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return schema instanceof z.ZodArray && typeof key === 'number' ? schema.element : null;
}
