module.exports = {
  ...require('./jest.base.cjs'),
  displayName: 'server',
  testMatch: ['<rootDir>/tests/**/*.test.ts'],
  testPathIgnorePatterns: ['\\.browser\\.test\\.ts$'],
};
