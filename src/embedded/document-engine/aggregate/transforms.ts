import type { Doc } from '../bson/codec';
import { isObject } from '../bson/types';
import type { Env } from '../env';
import { EngineError, location, missingField, onlyFields, typeMismatch } from '../errors';
import { compileAddFields, compileProjectStage, compileUnset } from '../project';
import { compileExpression } from './expressions/index';
import { STAGE_NAMES } from './stage-names';

export type Transform = (doc: Doc) => Doc;

/** Compiles the stages that make one document of one; undefined for any other stage. */
export function compileTransform(op: string, spec: unknown, env: Env): Transform | undefined {
  switch (op) {
    case '$set':
    case '$addFields':
      if (!isObject(spec)) throw location(40272, `${op} specification stage must be an object`);
      return compileAddFields(spec, env);
    case '$project':
      if (!isObject(spec)) throw location(15969, '$project specification must be an object');
      return compileProjectStage(spec, env);
    case '$unset':
      return compileUnset(spec, env);
    case '$replaceRoot': {
      if (!isObject(spec)) throw location(40229, '$replaceRoot expects an object');
      onlyFields(spec, op, 'newRoot');
      if (spec['newRoot'] === undefined) throw missingField(op, 'newRoot');
      return replaceRoot(spec['newRoot'], env);
    }
    case '$replaceWith':
      return replaceRoot(spec, env);
    default:
      return undefined;
  }
}

function replaceRoot(spec: unknown, env: Env): Transform {
  const evaluate = compileExpression(spec, env);
  return (doc) => {
    const root = evaluate(doc);
    if (!isObject(root)) {
      throw location(40228, "'newRoot' expression must evaluate to an object");
    }
    return root;
  };
}

/** The name and argument of a stage. */
export function stageOf(stage: unknown): [string, unknown] {
  if (!isObject(stage)) throw typeMismatch('Each element of the pipeline must be an object');
  const keys = Object.keys(stage);
  const op = keys[0];
  if (op === undefined || keys.length > 1) {
    throw location(40323, 'A pipeline stage specification object must contain exactly one field.');
  }
  if (!STAGE_NAMES.has(op)) throw location(40324, `Unrecognized pipeline stage name: '${op}'`);
  return [op, stage[op]];
}

/** Compiles the pipeline of an update, which may only contain such stages. */
export function compileTransforms(stages: Doc[], env: Env): Transform {
  const list = stages.map((stage) => {
    const [op, spec] = stageOf(stage);
    const transform = compileTransform(op, spec, env);
    if (!transform) {
      throw new EngineError(
        72,
        'InvalidOptions',
        `${op} is not allowed to be used within an update`,
      );
    }
    return transform;
  });
  return (doc) => list.reduce((d, t) => t(d), doc);
}
