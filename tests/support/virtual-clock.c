/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "support/virtual-clock.h"

typedef struct
{
  gint64 due;
  guint id;
  StateSyncClockFunc func;
  gpointer user_data;
} Timer;

struct _TestVirtualClock
{
  GObject parent_instance;

  gint64 now;
  gint64 date_ahead; /* of now */
  guint last_id;
  GList *timers; /* of Timer, by time, then by the order in which they were added */
};

static void iface_init (StateSyncClockInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestVirtualClock,
                               test_virtual_clock,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STATE_SYNC_TYPE_CLOCK, iface_init))

static gint64
virtual_now (StateSyncClock *clock)
{
  return TEST_VIRTUAL_CLOCK (clock)->now;
}

static gint64
virtual_date (StateSyncClock *clock)
{
  TestVirtualClock *self = TEST_VIRTUAL_CLOCK (clock);

  return self->now + self->date_ahead;
}

static int
compare_timers (gconstpointer a, gconstpointer b)
{
  const Timer *one = a;
  const Timer *other = b;

  if (one->due != other->due)
    return one->due < other->due ? -1 : 1;
  return one->id < other->id ? -1 : 1;
}

static guint
virtual_add (StateSyncClock *clock, gint64 delay, StateSyncClockFunc func, gpointer user_data)
{
  TestVirtualClock *self = TEST_VIRTUAL_CLOCK (clock);
  Timer *timer = g_new (Timer, 1);

  g_assert_cmpint (delay, >=, 0);
  *timer = (Timer){ self->now + delay, ++self->last_id, func, user_data };
  self->timers = g_list_insert_sorted (self->timers, timer, compare_timers);
  return timer->id;
}

static void
virtual_cancel (StateSyncClock *clock, guint id)
{
  TestVirtualClock *self = TEST_VIRTUAL_CLOCK (clock);

  for (GList *l = self->timers; l != NULL; l = l->next)
    {
      if (((Timer *)l->data)->id != id)
        continue;

      g_free (l->data);
      self->timers = g_list_delete_link (self->timers, l);
      return;
    }
  g_assert_not_reached ();
}

static void
iface_init (StateSyncClockInterface *iface)
{
  iface->now = virtual_now;
  iface->date = virtual_date;
  iface->add = virtual_add;
  iface->cancel = virtual_cancel;
}

static void
run_dry (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

void
test_virtual_clock_advance (TestVirtualClock *self, guint msec)
{
  gint64 until = self->now + msec * (gint64)1000;

  run_dry ();
  while (self->timers != NULL && ((Timer *)self->timers->data)->due <= until)
    {
      g_autofree Timer *timer = self->timers->data;

      self->timers = g_list_delete_link (self->timers, self->timers);
      self->now = timer->due;
      timer->func (timer->user_data);
      run_dry ();
    }
  self->now = until;
}

void
test_virtual_clock_set_date (TestVirtualClock *self, gint64 date)
{
  self->date_ahead = date - self->now;
}

guint
test_virtual_clock_get_n_timers (TestVirtualClock *self)
{
  return g_list_length (self->timers);
}

guint
test_virtual_clock_get_n_added (TestVirtualClock *self)
{
  return self->last_id;
}

TestVirtualClock *
test_virtual_clock_new (void)
{
  return g_object_new (TEST_TYPE_VIRTUAL_CLOCK, NULL);
}

static void
test_virtual_clock_finalize (GObject *object)
{
  g_list_free_full (TEST_VIRTUAL_CLOCK (object)->timers, g_free);

  G_OBJECT_CLASS (test_virtual_clock_parent_class)->finalize (object);
}

static void
test_virtual_clock_class_init (TestVirtualClockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_virtual_clock_finalize;
}

static void
test_virtual_clock_init (TestVirtualClock *self)
{
}
