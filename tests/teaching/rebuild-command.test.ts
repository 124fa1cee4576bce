import { useCommands } from '../support/commands';

const { kelas } = useCommands();

test('the command says what it counted, and takes nothing besides', async () => {
  const made = await kelas('teaching rebuild');
  expect(made).toEqual({
    code: 0,
    out: '0 attempts counted, 0 versions of courses looked through',
  });
  expect((await kelas('teaching rebuild now')).code).toBe(2);
});
