module.exports = {
  ...require('./jest.base.cjs'),
  displayName: 'browser',
  testMatch: ['<rootDir>/tests/**/*.browser.test.ts'],
};
