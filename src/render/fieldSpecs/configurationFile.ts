/** Files of `configurations`: more field specs for the transformers (builtinconfig/loaddefaultconfig.go). */
import { type SourcePosition, inputError } from '../../errors.js';
import { decode } from '../kustomization/decode.js';
import { type DecodedFieldSpec, fieldSpecsOf } from '../kustomization/kustomization.js';
import { type Shape, fieldSpecs as fieldSpecsShape, gvk } from '../kustomization/shapes.js';
import { positionOf } from '../yaml/position.js';
import { readYaml } from '../yaml/read.js';
import { FieldSpecConflict, sortByGvk } from './fieldSpec.js';
import { FIELD_SPEC_SECTIONS, type TransformerConfig, emptyConfig, mergeConfigs } from './transformerConfig.js';

interface DecodedReference extends DecodedFieldSpec {
  readonly fieldSpecs?: readonly DecodedFieldSpec[];
}
type Decoded = Partial<Record<(typeof FIELD_SPEC_SECTIONS)[number], readonly DecodedFieldSpec[]>> & {
  readonly nameReference?: readonly DecodedReference[];
};

const shape: Shape = {
  fields: {
    ...Object.fromEntries(FIELD_SPEC_SECTIONS.map((section) => [section, fieldSpecsShape])),
    nameReference: {
      list: { fields: { ...gvk, fieldSpecs: fieldSpecsShape } },
    },
  },
};

/** Throws KapplyError `UnknownField` or `InvalidField`. */
export function readConfigurationFile(text: string, file: string): TransformerConfig {
  const document = readYaml(text, { file, dialect: 'configuration' })[0];
  const position = (path: readonly (string | number)[]): SourcePosition => ({
    file,
    ...positionOf(text, 0, path, 'configuration'),
  });
  const decoded = decode(document?.value ?? null, shape, {
    refusesUnknown: true,
    convertsScalars: true,
    subject: 'the transformer configuration',
    position,
  }) as Decoded;
  const config: { -readonly [Section in keyof TransformerConfig]: TransformerConfig[Section] } = { ...emptyConfig };
  for (const section of FIELD_SPEC_SECTIONS) config[section] = sortByGvk(fieldSpecsOf(decoded[section]));
  config.nameReference = sortByGvk(
    (decoded.nameReference ?? []).map(({ fieldSpecs, group, version, kind }) => ({
      group,
      version,
      kind,
      referrers: fieldSpecsOf(fieldSpecs),
    })),
  );
  return config;
}

/** Adds field specs to others. Throws KapplyError `FieldSpecConflict` where two disagree about making a field. */
export function addConfig(base: TransformerConfig, more: TransformerConfig, file: string): TransformerConfig {
  try {
    return mergeConfigs(base, more);
  } catch (error) {
    if (!(error instanceof FieldSpecConflict)) throw error;
    const { kind = '', path } = error.spec;
    throw inputError(
      'FieldSpecConflict',
      `two field specs for ${path} of ${kind || 'all kinds'} disagree about create`,
      {
        position: { file },
        suggestions: ['Give both the same value of create.'],
        cause: error,
      },
    );
  }
}
