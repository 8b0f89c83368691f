import { toJsonSchema } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';
import { errorAnswer } from '#shared/api/schemas';
import { authorisationTable, type Rule } from './authorisation-table.ts';
import type { Operation } from './operation.ts';
import { operations } from './operations.ts';

type Json = Readonly<Record<string, unknown>>;

/** Path as OpenAPI writes it: `:id` is `{id}`, `*` is `{path}`. */
export function openApiPath(pattern: string): string {
  return pattern.replace(/:(\w+)/g, '{$1}').replace('*', '{path}');
}

/**
 * The interface as an OpenAPI 3.1 document, made from the schemas requests are parsed with and the table that says who
 * may use a route.
 */
export function openApi(version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const [route, rule] of Object.entries(authorisationTable)) {
    const [method = '', pattern = ''] = route.split(' ');
    const operation = operations[route];
    // A test holds both tables to the same routes; the service starts all the same.
    if (operation === undefined) continue;
    const path = openApiPath(pattern);
    paths[path] = { ...paths[path], [method.toLowerCase()]: describe(path, operation, rule) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Tiezheng 铁证', version },
    paths,
    components: {
      schemas: { Error: schemaOf(errorAnswer) },
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'Session of a device, API token, administrator token',
        },
        cookie: {
          type: 'apiKey',
          in: 'cookie',
          name: 'session',
          description: 'With the header x-csrf-token',
        },
      },
    },
  };
}

function describe(path: string, operation: Operation, { allow, scope }: Rule): Json {
  const { summary, body, answer, media, againStatus } = operation;
  const open = allow.includes('anyone');
  const status = operation.status ?? (answer === undefined && media === undefined ? 204 : 200);
  return {
    summary,
    parameters: [...pathParameters(path), ...queryParameters(operation.query)],
    ...(body === undefined ? {} : { requestBody: { required: true, content: json(schemaOf(body)) } }),
    responses: {
      [status]: { description: summary, ...contentOf(operation) },
      ...(againStatus === undefined
        ? {}
        : { [againStatus]: { description: `${summary}: there already`, ...contentOf(operation) } }),
      default: { description: 'Refused', content: json({ $ref: '#/components/schemas/Error' }) },
    },
    security: open ? [] : [{ bearer: [] }, { cookie: [] }],
    'x-allow': allow,
    ...(scope === undefined ? {} : { 'x-scope': scope }),
  };
}

function contentOf({ answer, media }: Operation): Json {
  if (answer !== undefined) return { content: json(schemaOf(answer)) };
  return media === undefined ? {} : { content: { [media]: {} } };
}

const json = (schema: Json) => ({ 'application/json': { schema } });

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters(query: GenericSchema | undefined): Json[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(query) as {
    properties?: Record<string, Json>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

/** What is sent, before it is parsed. Checks JSON Schema has no word for are left out. */
function schemaOf(schema: GenericSchema): Json {
  const { $schema: _, ...rest } = toJsonSchema(schema, {
    typeMode: 'input',
    target: 'draft-2020-12',
    errorMode: 'ignore',
  });
  return rest;
}
