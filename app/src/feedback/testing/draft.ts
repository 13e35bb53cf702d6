// What a user says of a burger, for tests.
import type { Draft } from '../report';

export const DRAFT: Draft = {
  install_id: '5f0c6d0e-5d1f-4f6e-9a53-3f6d8a1b2c3d',
  model_version: '1.0.0',
  score: 0.2512345,
  verdict: 'negative',
  claimed_label: 'positive',
  comment: 'A hotdog, “really” 🌭',
  app_version: '1.0.0',
  platform: 'web',
  taken_at: '2026-11-24T08:00:00Z',
};
