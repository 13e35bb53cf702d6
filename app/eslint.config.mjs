// Lint rules: typescript-eslint's strict, type-aware set, React's hook rules and two plugins that look for holes; no `any`, no non-null assertions.
import noUnsanitized from 'eslint-plugin-no-unsanitized';
import reactHooks from 'eslint-plugin-react-hooks';
import security from 'eslint-plugin-security';
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
  security.configs.recommended,
  noUnsanitized.configs.recommended,
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
      // It takes every index for an attacker's; the types know what may be indexed by what, and what may be missing.
      'security/detect-object-injection': 'off',
      // What an attacker would look for: text that becomes code, or markup.
      'no-eval': 'error',
      'no-new-func': 'error',
      'no-script-url': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
          message: 'Text that is shown is never markup.',
        },
        {
          selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
          message: 'What must not be guessed comes from src/storage/random.',
        },
      ],
      'no-restricted-globals': [
        'error',
        ...['localStorage', 'sessionStorage', 'indexedDB'].map((name) => ({
          name,
          message: 'What is kept goes through src/storage, which is there on phones too.',
        })),
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  { files: ['src/storage/**'], rules: { 'no-restricted-globals': 'off' } },
  // Tests read and write files of their own; the app itself has no file system that these would mean.
  {
    files: ['**/*.test.ts', '**/*.test.native.ts', '**/*.test.tsx', 'src/*/testing/**'],
    rules: { 'security/detect-non-literal-fs-filename': 'off', 'security/detect-non-literal-regexp': 'off' },
  },
  // Logic knows nothing of React or of the platform; hooks, adapters and what belongs to the screens do.
  {
    files: ['src/**/*.ts'],
    ignores: [
      '**/use-*.ts',
      '**/*.native.ts',
      '**/*.web.ts',
      '**/*.test.ts',
      'src/services/**',
      'src/ui/**',
      'src/verdict/haptic.ts',
    ],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['react', 'react-native', 'react-native-*', 'expo', 'expo-*'],
              allowTypeImports: true,
              message:
                'Logic is free of React and of the platform: use a hook, or a .native.ts beside a .web.ts.',
            },
          ],
        },
      ],
    },
  },
  // Word lists are as long as what there is to say.
  {
    files: ['**/*.test.ts', '**/*.test.tsx', 'src/strings/*.ts', 'src/*/generated/*'],
    rules: { 'max-lines': 'off' },
  },
);
