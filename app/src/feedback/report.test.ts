// A report holds exactly the contract's fields, and a comment that the server takes.
import { createHash } from 'node:crypto';

import { newReport } from './report';
import { DRAFT } from './testing/draft';

const commentOf = (comment: string) => newReport({ ...DRAFT, comment }, false, 0).report.comment;

test('has an id and a token of its own, and tells the server the token’s hash only', () => {
  const one = newReport(DRAFT, false, 0);
  const other = newReport(DRAFT, false, 0);
  expect(one.report.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(one.report.id).not.toBe(other.report.id);
  expect(one.deletionToken).toMatch(/^[0-9a-f]{64}$/);
  expect(one.deletionToken).not.toBe(other.deletionToken);
  const hash = createHash('sha256').update(one.deletionToken).digest('hex');
  expect(one.report).toEqual({ ...DRAFT, id: one.report.id, deletion_token_hash: hash });
});

test.each([
  ['none', '', undefined],
  ['only space', ' \n ', undefined],
  ['space around', '  a pizza ', 'a pizza'],
  ['NUL', 'a\0b', 'ab'],
  ['1,000 characters at most', 'x'.repeat(1001), 'x'.repeat(1000)],
  ['no half characters', '🌭'.repeat(1001), '🌭'.repeat(1000)],
])('a comment with %s', (_, comment, sent) => {
  expect(commentOf(comment)).toBe(sent);
});
