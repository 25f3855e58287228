/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/clock.h"

G_DEFINE_INTERFACE (StateSyncClock, state_sync_clock, G_TYPE_OBJECT)

static void
state_sync_clock_default_init (StateSyncClockInterface *iface)
{
}

gint64
state_sync_clock_now (StateSyncClock *self)
{
  return STATE_SYNC_CLOCK_GET_IFACE (self)->now (self);
}

gint64
state_sync_clock_date (StateSyncClock *self)
{
  return STATE_SYNC_CLOCK_GET_IFACE (self)->date (self);
}

guint
state_sync_clock_add (StateSyncClock *self,
                      gint64 delay,
                      StateSyncClockFunc func,
                      gpointer user_data)
{
  return STATE_SYNC_CLOCK_GET_IFACE (self)->add (self, delay, func, user_data);
}

/* Cancels what *@id stands for, unless that is 0, and makes it 0. */
void
state_sync_clock_cancel (StateSyncClock *self, guint *id)
{
  if (*id == 0)
    return;

  STATE_SYNC_CLOCK_GET_IFACE (self)->cancel (self, *id);
  *id = 0;
}

/* --- the real clock --- */

#define REAL_TYPE_CLOCK (real_clock_get_type ())
G_DECLARE_FINAL_TYPE (RealClock, real_clock, REAL, CLOCK, GObject)

struct _RealClock
{
  GObject parent_instance;

  GMainContext *context;
};

static void real_clock_iface_init (StateSyncClockInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (RealClock,
                               real_clock,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STATE_SYNC_TYPE_CLOCK, real_clock_iface_init))

typedef struct
{
  StateSyncClockFunc func;
  gpointer user_data;
} Timer;

static gboolean
on_timeout (gpointer user_data)
{
  const Timer *timer = user_data;

  timer->func (timer->user_data);
  return G_SOURCE_REMOVE;
}

static gint64
real_clock_now (StateSyncClock *clock)
{
  return g_get_monotonic_time ();
}

static gint64
real_clock_date (StateSyncClock *clock)
{
  return g_get_real_time ();
}

static guint
real_clock_add (StateSyncClock *clock, gint64 delay, StateSyncClockFunc func, gpointer user_data)
{
  RealClock *self = REAL_CLOCK (clock);
  gint64 msec = (delay + 999) / 1000;
  g_autoptr (GSource) source = g_timeout_source_new ((guint)CLAMP (msec, 0, G_MAXUINT));
  Timer *timer = g_new (Timer, 1);

  *timer = (Timer){ func, user_data };
  g_source_set_callback (source, on_timeout, timer, g_free);
  return g_source_attach (source, self->context);
}

static void
real_clock_cancel (StateSyncClock *clock, guint id)
{
  RealClock *self = REAL_CLOCK (clock);

  g_source_destroy (g_main_context_find_source_by_id (self->context, id));
}

static void
real_clock_iface_init (StateSyncClockInterface *iface)
{
  iface->now = real_clock_now;
  iface->date = real_clock_date;
  iface->add = real_clock_add;
  iface->cancel = real_clock_cancel;
}

static void
real_clock_finalize (GObject *object)
{
  g_main_context_unref (REAL_CLOCK (object)->context);

  G_OBJECT_CLASS (real_clock_parent_class)->finalize (object);
}

static void
real_clock_class_init (RealClockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = real_clock_finalize;
}

static void
real_clock_init (RealClock *self)
{
  self->context = g_main_context_ref_thread_default ();
}

StateSyncClock *
state_sync_clock_new_real (void)
{
  return g_object_new (REAL_TYPE_CLOCK, NULL);
}
