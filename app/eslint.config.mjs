// Lint rules: typescript-eslint's strict, type-aware set and React's hook rules; no `any`, no non-null assertions.
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      'node_modules',
      'dist*',
      'android',
      'ios',
      '.expo',
      'public',
      'scripts/**',
      '*.config.mjs',
      '*.config.js',
    ],
  },
  tseslint.configs.strictTypeChecked,
  reactHooks.configs.flat.recommended,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      'max-lines': ['warn', { max: 150, skipComments: true }],
      eqeqeq: 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  // Word lists are as long as what there is to say.
  {
    files: ['**/*.test.ts', '**/*.test.tsx', 'src/strings/*.ts', 'src/*/generated/*'],
    rules: { 'max-lines': 'off' },
  },
);
