import { QuizSource, QuizText } from '../schemas/quiz';
import type { QuizActivity } from '../types';
import type { Builder } from './builder';
import { unfilledTag } from './draw';
import { buildQuestion } from './question';
import { field, members, type View, type Views } from './views';
import { type Parsed, parseYaml } from './yaml-source';

/** A quiz with all its languages; null when its file cannot be used (the fault is told). */
export function buildQuiz(
  builder: Builder,
  id: string,
  file: string,
  text: string,
): QuizActivity | null {
  const original = parseYaml(file, text, QuizSource, builder.faults);
  const translations = builder
    .translationsOf(file)
    .flatMap(({ language, file: name, text: own }) => {
      const source = parseYaml(name, own, QuizText, builder.faults);
      return source ? [{ language, source, path: [], value: source.data } satisfies View] : [];
    });
  if (!original) return null;
  checkQuiz(builder, original);
  const views: Views = [
    { language: builder.language, source: original, path: [], value: original.data },
    ...translations,
  ];
  const { data } = original;
  return {
    id,
    kind: 'quiz',
    title: builder.text(field(views, 'title') ?? views, 'plain'),
    minutes: data.minutes,
    quiz: {
      intro: builder.textOrNull(field(views, 'intro'), 'block'),
      passMark: data.passMark,
      attempts: data.attempts === 'unlimited' ? null : data.attempts,
      timeLimitMinutes: data.timeLimitMinutes ?? null,
      shuffleQuestions: data.shuffleQuestions,
      shuffleOptions: data.shuffleOptions,
      review: data.review,
      draw: data.draw ?? null,
      questions: members(views, 'questions', builder.faults).map((each, index) =>
        buildQuestion(builder, each, data.questions[index]),
      ),
    },
  };
}

function checkQuiz(builder: Builder, quiz: Parsed<QuizSource>): void {
  const { file, data } = quiz;
  const { faults } = builder;
  const seen = new Set<string>();
  data.questions.forEach(({ id }, index) => {
    if (seen.has(id)) {
      faults.add(
        file,
        quiz.at(['questions', index, 'id']),
        `the id "${id}" is used by two questions`,
        'give one of them another id',
      );
    }
    seen.add(id);
  });
  for (const [name, moment] of Object.entries(data.review)) {
    if (moment === 'after-last-attempt' && data.attempts === 'unlimited') {
      faults.add(
        file,
        quiz.at(['review', name]),
        `"${name}: after-last-attempt" never comes: attempts are unlimited`,
        'give attempts a number, or use after-pass',
      );
    }
  }
  checkDraw(builder, quiz);
}

function checkDraw({ faults }: Builder, quiz: Parsed<QuizSource>): void {
  const { file } = quiz;
  const { draw, questions } = quiz.data;
  if (!draw) return;
  const tags = new Set<string>();
  draw.forEach(({ tag, count }, index) => {
    const pool = questions.filter((question) => question.tags.includes(tag)).length;
    if (tags.has(tag)) {
      faults.add(
        file,
        quiz.at(['draw', index, 'tag']),
        `"${tag}" is drawn twice`,
        'write one line for each tag',
      );
    }
    tags.add(tag);
    if (pool < count) {
      faults.add(
        file,
        quiz.at(['draw', index, 'count']),
        `${count} questions of "${tag}" are to be drawn, but ${pool} have this tag`,
        `lower the count to ${pool}, or tag more questions`,
      );
    }
  });
  const unfilled = unfilledTag(draw, questions);
  if (unfilled !== null) {
    const index = draw.findIndex(({ tag }) => tag === unfilled);
    faults.add(
      file,
      quiz.at(['draw', index]),
      `there are too few questions for all draws together: "${unfilled}" shares its questions with other tags`,
      'lower a count, or add questions with this tag',
    );
  }
  questions.forEach(({ id, tags: own }, index) => {
    if (own.some((tag) => tags.has(tag))) return;
    faults.add(
      file,
      quiz.at(['questions', index, 'id']),
      `the question "${id}" can never be drawn: it has none of the tags ${[...tags].join(', ')}`,
      'give it one of these tags, or take it out',
    );
  });
}
