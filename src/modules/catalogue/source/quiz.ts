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
        ['questionIdTwice', { id }],
        ['otherId'],
      );
    }
    seen.add(id);
  });
  for (const [name, moment] of Object.entries(data.review)) {
    if (moment === 'after-last-attempt' && data.attempts === 'unlimited') {
      faults.add(file, quiz.at(['review', name]), ['neverComes', { name }], ['limitAttempts']);
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
        ['drawnTwice', { tag }],
        ['lineForEachTag'],
      );
    }
    tags.add(tag);
    if (pool < count) {
      faults.add(
        file,
        quiz.at(['draw', index, 'count']),
        ['drawTooLarge', { count, tag, pool }],
        ['lowerCount', { pool }],
      );
    }
  });
  const unfilled = unfilledTag(draw, questions);
  if (unfilled !== null) {
    const index = draw.findIndex(({ tag }) => tag === unfilled);
    faults.add(file, quiz.at(['draw', index]), ['drawsShare', { tag: unfilled }], ['lowerOrAdd']);
  }
  questions.forEach(({ id, tags: own }, index) => {
    if (own.some((tag) => tags.has(tag))) return;
    faults.add(
      file,
      quiz.at(['questions', index, 'id']),
      ['neverDrawn', { id, tags: [...tags].join(', ') }],
      ['giveTag'],
    );
  });
}
