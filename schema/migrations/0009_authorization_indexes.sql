-- What a client may still do is asked at every client_credentials request and by the clean-up.
CREATE INDEX grants_live_by_client ON grants (client_id) WHERE client_id IS NOT NULL AND revoked_at IS NULL;

CREATE INDEX oauth_clients_documents ON oauth_clients (fresh_until) WHERE kind = 'document';
