// Generated from backend/openapi.json by `npm run generate:api`; do not edit.
export interface paths {
  '/api/v1/channels/{name}.json': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Which model phones get, signed */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          name: 'stable' | 'detector';
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Here it is. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': Record<string, never>;
          };
        };
        /** @description The part of it that Range asked for. */
        206: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': Record<string, never>;
          };
        };
        /** @description If-None-Match names what there still is. */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description The request is malformed. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description Nothing is published. */
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description Range asks for a part that it does not have. */
        416: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description The server failed. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description The server cannot reach its database or its store at the moment. */
        503: {
          headers: {
            /** @description Seconds until it is worth trying again. */
            'Retry-After'?: number;
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Count checks and updates, with the user's consent */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['EventCounts'];
        };
      };
      responses: {
        /** @description Counted, now or before. */
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description The request is malformed. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description Larger than the limits. */
        413: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description A field is not acceptable; the envelope names it. */
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description A quota is used up. */
        429: {
          headers: {
            /** @description Seconds until it is worth trying again. */
            'Retry-After'?: number;
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description The server failed. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description The server cannot reach its database or its store at the moment. */
        503: {
          headers: {
            /** @description Seconds until it is worth trying again. */
            'Retry-After'?: number;
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/feedback': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Report a wrong verdict */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'multipart/form-data': components['schemas']['FeedbackForm'];
        };
      };
      responses: {
        /** @description Stored before; nothing changed. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['FeedbackReceipt'];
          };
        };
        /** @description Stored. */
        201: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['FeedbackReceipt'];
          };
        };
        /** @description The request is malformed. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description The id is taken by other content, or the photo named by photo_sha256 did not arrive (upload_missing). */
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description Deleted. */
        410: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description Larger than the limits. */
        413: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description A field is not acceptable; the envelope names it. */
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description A quota is used up. */
        429: {
          headers: {
            /** @description Seconds until it is worth trying again. */
            'Retry-After'?: number;
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description The server failed. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description The server cannot reach its database or its store at the moment. */
        503: {
          headers: {
            /** @description Seconds until it is worth trying again. */
            'Retry-After'?: number;
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/feedback/{feedback_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Take a report back */
    delete: {
      parameters: {
        query?: never;
        header: {
          'Deletion-Token': string;
        };
        path: {
          feedback_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Gone, now or before. */
        204: {
          headers: {
            /** @description The id, and the moment since which nothing is kept under it (UTC). */
            'Deletion-Receipt'?: string;
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description The request is malformed. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description The header Deletion-Token is missing or wrong. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description A field is not acceptable; the envelope names it. */
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description Nothing was here, and a quota is used up. */
        429: {
          headers: {
            /** @description Seconds until it is worth trying again. */
            'Retry-After'?: number;
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description The server failed. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description The server cannot reach its database or its store at the moment. */
        503: {
          headers: {
            /** @description Seconds until it is worth trying again. */
            'Retry-After'?: number;
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/installs/{install_id}/feedback': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Take everything back that was sent with one token */
    delete: {
      parameters: {
        query?: never;
        header: {
          'Deletion-Token': string;
        };
        path: {
          install_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Gone, now or before. */
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description The request is malformed. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description The header Deletion-Token is missing or wrong. */
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description A field is not acceptable; the envelope names it. */
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description The server failed. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description The server cannot reach its database or its store at the moment. */
        503: {
          headers: {
            /** @description Seconds until it is worth trying again. */
            'Retry-After'?: number;
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/keys/{number}.json': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Trusted keys, signed by the set before */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          number: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Here it is. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': Record<string, never>;
          };
        };
        /** @description The part of it that Range asked for. */
        206: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': Record<string, never>;
          };
        };
        /** @description If-None-Match names what there still is. */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description The request is malformed. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description There is no such set. */
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description Range asks for a part that it does not have. */
        416: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description The server failed. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description The server cannot reach its database or its store at the moment. */
        503: {
          headers: {
            /** @description Seconds until it is worth trying again. */
            'Retry-After'?: number;
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/manifests/detector/{version}.json': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A detector's signed manifest */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          version: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Here it is. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': Record<string, never>;
          };
        };
        /** @description The part of it that Range asked for. */
        206: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': Record<string, never>;
          };
        };
        /** @description If-None-Match names what there still is. */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description The request is malformed. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description There is no such version. */
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description Range asks for a part that it does not have. */
        416: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description The server failed. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description The server cannot reach its database or its store at the moment. */
        503: {
          headers: {
            /** @description Seconds until it is worth trying again. */
            'Retry-After'?: number;
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/manifests/{version}.json': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A classifier's signed manifest */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          version: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Here it is. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': Record<string, never>;
          };
        };
        /** @description The part of it that Range asked for. */
        206: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': Record<string, never>;
          };
        };
        /** @description If-None-Match names what there still is. */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description The request is malformed. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description There is no such version. */
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description Range asks for a part that it does not have. */
        416: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description The server failed. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description The server cannot reach its database or its store at the moment. */
        503: {
          headers: {
            /** @description Seconds until it is worth trying again. */
            'Retry-After'?: number;
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/models/{sha256}.tflite': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A model file */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          sha256: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Here it is. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/octet-stream': string;
          };
        };
        /** @description The part of it that Range asked for. */
        206: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/octet-stream': string;
          };
        };
        /** @description If-None-Match names what there still is. */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description The request is malformed. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description There is no such file. */
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description Range asks for a part that it does not have. */
        416: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description The server failed. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description The server cannot reach its database or its store at the moment. */
        503: {
          headers: {
            /** @description Seconds until it is worth trying again. */
            'Retry-After'?: number;
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/uploads': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Ask to send a report's photo straight to the bucket */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['UploadRequest'];
        };
      };
      responses: {
        /** @description Offered. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['UploadOffer'];
          };
        };
        /** @description The request is malformed. */
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description Not offered here: the photo comes with the report. */
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description Larger than the limits. */
        413: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description A field is not acceptable; the envelope names it. */
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description A quota is used up. */
        429: {
          headers: {
            /** @description Seconds until it is worth trying again. */
            'Retry-After'?: number;
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description The server failed. */
        500: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
        /** @description The server cannot reach its database or its store at the moment. */
        503: {
          headers: {
            /** @description Seconds until it is worth trying again. */
            'Retry-After'?: number;
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['ErrorEnvelope'];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /**
     * ErrorDetail
     * @description What is wrong.
     */
    ErrorDetail: {
      /** Code */
      code: string;
      /** Field */
      field: string | null;
      /** Message */
      message: string;
    };
    /**
     * ErrorEnvelope
     * @description Every error response.
     */
    ErrorEnvelope: {
      error: components['schemas']['ErrorDetail'];
    };
    /**
     * EventCounts
     * @description What one phone counted within one UTC day. Nothing here outlives the batch or tells phones apart.
     */
    EventCounts: {
      /** App Version */
      app_version: string;
      /**
       * Checks
       * @default []
       */
      checks?: components['schemas']['EventCounts.ChecksEntry'][];
      /**
       * Day
       * Format: date
       */
      day: string;
      /**
       * Id
       * @description Made for this batch; sending the same batch again is harmless.
       */
      id: string;
      platform: components['schemas']['EventCounts.Platform'];
      /**
       * Updates
       * @default []
       */
      updates?: components['schemas']['EventCounts.UpdatesEntry'][];
    };
    /**
     * ChecksEntry
     * @description Photos that one model version classified.
     */
    'EventCounts.ChecksEntry': {
      /** Count */
      count: number;
      /** Model Version */
      model_version: string;
    };
    /**
     * Platform
     * @description Where the app ran.
     * @enum {string}
     */
    'EventCounts.Platform': 'web' | 'ios' | 'android';
    /**
     * UpdateOutcome
     * @description What became of an update on a phone.
     * @enum {string}
     */
    'EventCounts.UpdateOutcome': 'installed' | 'failed';
    /**
     * UpdatesEntry
     * @description Updates to one model version that ended alike.
     */
    'EventCounts.UpdatesEntry': {
      /** Count */
      count: number;
      /**
       * Model Version
       * @description The version that was wanted; null where it was not known yet.
       */
      model_version: string | null;
      outcome: components['schemas']['EventCounts.UpdateOutcome'];
      /**
       * Reason
       * @description Why it failed; only then.
       * @default null
       */
      reason?:
        | (
            | 'network'
            | 'bad_envelope'
            | 'bad_signature'
            | 'unknown_key'
            | 'wrong_channel'
            | 'expired'
            | 'old_sequence'
            | 'app_too_old'
            | 'runtime_too_old'
            | 'bad_manifest_hash'
            | 'bad_manifest'
            | 'bad_size'
            | 'bad_hash'
            | 'self_test_failed'
            | 'storage'
          )
        | null;
    };
    /**
     * FeedbackForm
     * @description The multipart form: the report as JSON text, and the photo.
     */
    FeedbackForm: {
      /**
       * Format: binary
       * @description A JPEG of at most 2 MB and 4096 px a side.
       */
      photo?: string;
      /**
       * Photo Sha256
       * @description In place of the photo: the hash of one that was sent as POST /uploads said.
       * @default null
       */
      photo_sha256?: string | null;
      report: components['schemas']['FeedbackForm.Report'];
    };
    /**
     * Label
     * @description What a photo shows, or is said to show.
     * @enum {string}
     */
    'FeedbackForm.Label': 'negative' | 'positive';
    /**
     * Platform
     * @description Where the app ran.
     * @enum {string}
     */
    'FeedbackForm.Platform': 'web' | 'ios' | 'android';
    /**
     * Report
     * @description A user's complaint about a verdict.
     */
    'FeedbackForm.Report': {
      /** App Version */
      app_version: string;
      /** @description What the user says. */
      claimed_label: components['schemas']['FeedbackForm.Label'];
      /**
       * Comment
       * @default null
       */
      comment?: string | null;
      /**
       * Deletion Token Hash
       * @description SHA-256 of a random token that the phone keeps.
       */
      deletion_token_hash: string;
      /**
       * Id
       * @description Made by the phone; sending the same report again is harmless.
       */
      id: string;
      /**
       * Install Id
       * @description Random, made at first start.
       */
      install_id: string;
      /** Model Version */
      model_version: string;
      platform: components['schemas']['FeedbackForm.Platform'];
      /** Score */
      score: number;
      /**
       * Taken At
       * Format: date-time
       */
      taken_at: string;
      /** @description What the app said. */
      verdict: components['schemas']['FeedbackForm.Label'];
    };
    /**
     * FeedbackReceipt
     * @description What was stored.
     */
    FeedbackReceipt: {
      /** Has Photo */
      has_photo: boolean;
      /** Id */
      id: string;
    };
    /**
     * UploadOffer
     * @description Where to send it: a multipart form of `fields` and then `file`.
     */
    UploadOffer: {
      /** Fields */
      fields: {
        [key: string]: string;
      };
      /** Url */
      url: string;
    };
    /**
     * UploadRequest
     * @description A photo that a phone would send to the bucket.
     */
    UploadRequest: {
      /**
       * Id
       * @description Of the report that it belongs to.
       */
      id: string;
      /**
       * Photo Sha256
       * @description Of the JPEG as it will be sent.
       */
      photo_sha256: string;
      /** Size Bytes */
      size_bytes: number;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
