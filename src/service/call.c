/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "service/call.h"

#include <gio/gunixfdlist.h>

#include "protocol/error.h"
#include "service/arrivals.h"
#include "service/log.h"
#include "service/service-private.h"

/* What a file counts at least. */
#define FILE_MIN_BYTES (64 * 1024)

/* The method runs at once, or when it is the caller's turn. @invocation: (transfer full) */
void
state_sync_call_begin (StateSyncService *service,
                       StateSyncPeer *peer,
                       GDBusMethodInvocation *invocation,
                       const StateSyncMethod *method)
{
  StateSyncCall *call = g_new0 (StateSyncCall, 1);

  call->service = g_object_ref (service);
  call->peer = state_sync_peer_ref (peer);
  call->invocation = invocation;
  call->method = method;
  state_sync_arrivals_take (call);
}

/* It is its turn. */
void
state_sync_call_run (StateSyncCall *call)
{
  if (call->refusal != NULL)
    state_sync_call_refuse (call, call->refusal);
  else
    call->method->run (call);
}

/* (transfer none): of the method's type, which GDBus has checked. */
GVariant *
state_sync_call_get_args (StateSyncCall *call)
{
  return g_dbus_method_invocation_get_parameters (call->invocation);
}

/* (transfer none): of a method that takes a topic, or a namespace, and nothing else. */
const char *
state_sync_call_get_topic (StateSyncCall *call)
{
  const char *topic;

  g_variant_get (state_sync_call_get_args (call), "(&s)", &topic);
  return topic;
}

static void
end (StateSyncCall *call, gsize bytes, gsize counted_bytes)
{
  if (call->is_counted)
    state_sync_quotas_end_call (call->service->quotas, call->peer->identity);
  state_sync_turns_end (call->service->turns, call, bytes, counted_bytes);
  g_clear_pointer (&call->reservations, g_ptr_array_unref);
  g_clear_error (&call->refusal);
  state_sync_peer_unref (call->peer);
  g_object_unref (call->service);
  g_free (call);
}

/* @body: of the method's type. */
void
state_sync_call_answer (StateSyncCall *call, GVariant *body)
{
  gsize bytes = g_variant_get_size (body);

  g_dbus_method_invocation_return_value (call->invocation, body);
  end (call, bytes, bytes);
}

/* @fd: (transfer full): what handle 0 in @body is. It counts like what it holds, which is in
 * memory until the peer has it, and never little: descriptors are scarce at the bus. */
void
state_sync_call_answer_with_file (StateSyncCall *call, GVariant *body, int fd, gsize file_bytes)
{
  g_autoptr (GUnixFDList) fd_list = g_unix_fd_list_new_from_array (&fd, 1);

  g_dbus_method_invocation_return_value_with_unix_fd_list (call->invocation, body, fd_list);
  end (call, file_bytes, MAX (file_bytes, FILE_MIN_BYTES));
}

void
state_sync_call_refuse (StateSyncCall *call, const GError *error)
{
  gsize bytes = strlen (error->message);

  if (error->domain == STATE_SYNC_ERROR)
    call->service->counters.refusals[error->code]++;

  state_sync_log_refused (call->invocation, error);
  g_dbus_method_invocation_return_gerror (call->invocation, error);
  end (call, bytes, bytes);
}

/* Nobody waits for an answer. */
void
state_sync_call_drop (StateSyncCall *call)
{
  g_object_unref (call->invocation);
  end (call, 0, 0);
}

/* @what: of the answer; @advice: what the caller is to do */
void
state_sync_call_refuse_too_large (StateSyncCall *call, const char *what, const char *advice)
{
  g_autoptr (GError) error =
      state_sync_error_answer_too_large (what, STATE_SYNC_ANSWER_MAX_BYTES, advice);

  state_sync_call_refuse (call, error);
}
