/* Status of a job or of a control request, as a completion record carries it. */
#ifndef TAKT_ABI_STATUS_H
#define TAKT_ABI_STATUS_H

enum takt_status {
  TAKT_STATUS_OK = 0,
  TAKT_STATUS_BAD_SLOT = 1,        /* reserved bits set, unknown type, a value out of range */
  TAKT_STATUS_BAD_QUEUE = 2,       /* no such queue, or it exists already */
  TAKT_STATUS_BAD_PROGRAM = 3,     /* no such program, wrong magic, or sizes that do not agree */
  TAKT_STATUS_BAD_VERSION = 4,     /* the other side's major version differs */
  TAKT_STATUS_NO_SPACE = 5,        /* a table of the firmware is full */
  TAKT_STATUS_UNSUPPORTED = 6,     /* a valid command, request or program that this hardware or partition does not run */
  TAKT_STATUS_BAD_COMMAND = 7,     /* an invalid command: unknown opcode, wrong engine, operand out of range */
  TAKT_STATUS_TIMEOUT = 8,         /* no progress within the job timeout; the engines were reset */
  TAKT_STATUS_ABORTED = 9,         /* the queue was destroyed, or the engines were reset for another job */
  TAKT_STATUS_SAVE_TOO_SMALL = 10, /* the save area cannot hold the live ranges of the cut */
  TAKT_STATUS_ACCESS = 11,         /* an address outside the context's windows; since driver version 1.3 */
  TAKT_STATUS_SAVE_TIMEOUT = 12,   /* TIMEOUT of a job that was being saved; since driver version 1.5 */
  TAKT_STATUS_NOT_ADMITTED = 13,   /* with it, a partition's queues would ask for more than its time; since driver version 1.6 */
};

#endif
