import { parseJson } from '../../parse-json.ts';
import { fieldsOf } from './wire-fields.ts';

/** What a service said when it refused a request, or broke off an answer. Internal to the adapters. */
export class ServiceFailure extends Error {
  override readonly name = 'ServiceFailure';
  readonly report: FailureReport;

  constructor(report: FailureReport) {
    super(report.message);
    this.report = report;
  }
}

/** A service's complaint in one shape, whatever its own was. Strings as they came: not sanitised. */
export interface FailureReport {
  /** Absent inside a stream that began with 200. */
  readonly status?: number | undefined;
  readonly type?: string | undefined;
  readonly code?: string | undefined;
  /** The parameter that the service names as the cause. */
  readonly param?: string | undefined;
  readonly message: string;
  /** The whole answer was empty. */
  readonly is_bodiless?: boolean;
  readonly headers?: Headers | undefined;
}

/** Reads the complaint out of an error's body. */
export function readFailure(status: number, text: string, headers: Headers): FailureReport {
  const body = parseJson(text);
  const report = readPayload(body);
  return {
    ...report,
    message: report.message || (body === undefined ? plainText(text) : ''),
    status,
    headers,
    is_bodiless: text.trim() === '',
  };
}

/** Reads the complaint out of an error object as it comes in a body or in a stream; every known nesting. */
export function readPayload(payload: unknown): FailureReport {
  const whole = fieldsOf(Array.isArray(payload) ? payload[0] : payload);
  const error = typeof whole.error === 'object' && whole.error !== null ? fieldsOf(whole.error) : whole;
  const nested = fieldsOf(error.metadata);
  const code = word(error.code) ?? word(error.status) ?? word(whole.code);
  const message = [error.message, whole.error, whole.message, whole.detail, error.detail].find(isText);
  const raw = isText(nested.raw) ? ` (${nested.raw})` : '';
  return {
    type: word(error.type) ?? word(whole.type),
    code,
    param: word(error.param),
    message: `${message ?? ''}${raw}`,
    ...(typeof error.code === 'number' && error.code >= 400 && error.code < 600 ? { status: error.code } : {}),
  };
}

/** Gives the title of a page, or the text without its tags. */
function plainText(text: string): string {
  if (!/<\s*(!doctype|html|head|body)/i.test(text)) return text;
  const title = /<title[^>]*>([^<]{1,300})/i.exec(text)?.[1];
  return title ?? text.replaceAll(/<(style|script)[\s\S]{0,65536}?<\/\1>/gi, ' ').replaceAll(/<[^<>]*>/g, ' ');
}

function word(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return isText(value) ? value : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
