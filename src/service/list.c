/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* ListTopics: of each of the namespaces that the caller may read, one after the other. What it may
 * not read is not there.
 */

#include "protocol/name.h"
#include "service/call.h"
#include "service/rights.h"
#include "service/service-private.h"

typedef struct
{
  StateSyncCall *call;
  char **namespaces;
  guint next;
  GArray *items; /* of StateSyncListItem */
} Listing;

static void
item_clear (gpointer data)
{
  StateSyncListItem *item = data;

  g_free (item->topic);
}

static void
listing_free (gpointer data)
{
  Listing *listing = data;

  g_strfreev (listing->namespaces);
  g_array_unref (listing->items);
  g_free (listing);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Listing, listing_free)

static gboolean
is_too_large (GArray *items)
{
  guint64 bytes = 0;

  for (guint i = 0; i < items->len; i++)
    bytes += STATE_SYNC_ITEM_BYTES + strlen (g_array_index (items, StateSyncListItem, i).topic);
  return bytes > STATE_SYNC_ANSWER_MAX_BYTES;
}

static void
answer (StateSyncCall *call, GArray *items)
{
  GVariantBuilder builder;

  if (is_too_large (items))
    {
      state_sync_call_refuse_too_large (call, "The list of topics",
                                        "ask for one namespace at a time");
      return;
    }

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(st)"));
  for (guint i = 0; i < items->len; i++)
    {
      const StateSyncListItem *item = &g_array_index (items, StateSyncListItem, i);

      g_variant_builder_add (&builder, "(st)", item->topic, item->revision);
    }
  state_sync_call_answer (call, g_variant_new ("(a(st))", &builder));
}

static int
compare_items (gconstpointer a, gconstpointer b)
{
  const StateSyncListItem *one = a;
  const StateSyncListItem *other = b;

  return strcmp (one->topic, other->topic);
}

static void list_done (GArray *items, const GError *error, gpointer user_data);

/* @listing: (transfer full) */
static void
go_on (Listing *listing)
{
  g_autoptr (Listing) ended = NULL;
  const char *namespace_ = listing->namespaces[listing->next];

  if (namespace_ != NULL)
    {
      listing->next++;
      state_sync_store_list (listing->call->service->store, namespace_, list_done, listing);
      return;
    }

  /* Each is sorted; two of them may still interleave: “a”, “a b” and “a.c”. */
  ended = listing;
  if (listing->next > 1)
    g_array_sort (listing->items, compare_items);
  answer (listing->call, listing->items);
}

static void
list_done (GArray *items, const GError *error, gpointer user_data)
{
  Listing *listing = user_data;

  if (error != NULL)
    {
      state_sync_call_refuse (listing->call, error);
      listing_free (listing);
      return;
    }

  for (guint i = 0; i < items->len; i++)
    {
      StateSyncListItem item = g_array_index (items, StateSyncListItem, i);

      if (item.bytes == 0 ||
          !state_sync_rights_may_see (listing->call->service, listing->call->peer, item.topic))
        continue;
      item.topic = g_strdup (item.topic);
      g_array_append_val (listing->items, item);
    }
  go_on (listing);
}

void
state_sync_run_list_topics (StateSyncCall *call)
{
  const char *namespace_ = state_sync_call_get_topic (call);
  g_autoptr (GError) error = NULL;
  Listing *listing;

  if (namespace_[0] != '\0' && !state_sync_name_check (namespace_, &error))
    {
      state_sync_call_refuse (call, error);
      return;
    }

  listing = g_new0 (Listing, 1);
  listing->call = call;
  listing->namespaces = state_sync_rights_list_readable (call->service, call->peer, namespace_);
  listing->items = g_array_new (FALSE, FALSE, sizeof (StateSyncListItem));
  g_array_set_clear_func (listing->items, item_clear);
  go_on (listing);
}
