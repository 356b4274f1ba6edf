/* What is frozen of the ABI: every constant, every field, every register. C11 and C++17. */
#ifndef TAKT_TESTS_ABI_FIELDS_H
#define TAKT_TESTS_ABI_FIELDS_H

/* clang-format off */
/* X(name) */
#define ABI_CONSTANTS(X)                                                                                             \
  X(TAKT_BOOT_MAGIC) X(TAKT_BOOT_OFF) X(TAKT_BOOT_READY) X(TAKT_BOOT_REFUSED)                                        \
  X(TAKT_RING_MAGIC) X(TAKT_CONTROL_QUEUE) X(TAKT_MAX_QUEUES) X(TAKT_MAX_PROGRAMS)                                   \
  X(TAKT_SLOT_NOP) X(TAKT_SLOT_JOB) X(TAKT_SLOT_FENCE_WAIT) X(TAKT_SLOT_FENCE_SIGNAL) X(TAKT_SLOT_CREATE_QUEUE)      \
  X(TAKT_SLOT_REGISTER_PROGRAM)                                                                                      \
  X(TAKT_BAND_IDLE) X(TAKT_BAND_NORMAL) X(TAKT_BAND_FOCUS) X(TAKT_BAND_REALTIME)                                     \
  X(TAKT_STATUS_OK) X(TAKT_STATUS_BAD_SLOT) X(TAKT_STATUS_BAD_QUEUE) X(TAKT_STATUS_BAD_PROGRAM)                      \
  X(TAKT_STATUS_BAD_VERSION) X(TAKT_STATUS_NO_SPACE) X(TAKT_STATUS_UNSUPPORTED) X(TAKT_STATUS_BAD_COMMAND)           \
  X(TAKT_STATUS_TIMEOUT) X(TAKT_STATUS_ABORTED) X(TAKT_STATUS_SAVE_TOO_SMALL) X(TAKT_STATUS_ACCESS) X(TAKT_SLOT_DESTROY_QUEUE) X(TAKT_SLOT_SUSPEND_QUEUE) X(TAKT_SLOT_RESUME_QUEUE) X(TAKT_SLOT_SET_BAND) X(TAKT_SLOT_RELEASE_CONTEXT)                                        \
  X(TAKT_ENGINE_DMA_IN) X(TAKT_ENGINE_DMA_OUT) X(TAKT_ENGINE_TENSOR) X(TAKT_ENGINE_VECTOR) X(TAKT_ENGINE_COUNT)      \
  X(TAKT_PROGRAM_MAGIC) X(TAKT_PROGRAM_RESTARTABLE) X(TAKT_SEMAPHORES) X(TAKT_SAVE_MAGIC)                            \
  X(TAKT_BASE_ABSOLUTE) X(TAKT_BASE_CONSTANTS) X(TAKT_BASE_BUFFERS) X(TAKT_BASE_INPUT) X(TAKT_BASE_OUTPUT)           \
  X(TAKT_BASE_COUNT)                                                                                                 \
  X(TAKT_OP_NOP) X(TAKT_OP_LOOP_BEGIN) X(TAKT_OP_LOOP_END) X(TAKT_OP_DMA) X(TAKT_OP_MATRIX) X(TAKT_OP_VECTOR)        \
  X(TAKT_NO_SEMAPHORE) X(TAKT_NO_PARAMETER) X(TAKT_NO_TABLE) X(TAKT_COMMAND_BYTES) X(TAKT_WAITS) X(TAKT_LOOPS)       \
  X(TAKT_PARAMETERS_MAGIC) X(TAKT_PARAMETERS) X(TAKT_TABLES)                                                         \
  X(TAKT_EXTENT_NONE) X(TAKT_EXTENT_ROWS) X(TAKT_EXTENT_OUT_HEIGHT) X(TAKT_EXTENT_OUT_CHANNELS)                      \
  X(TAKT_EXTENT_IN_CHANNELS) X(TAKT_EXTENT_BYTES)                                                                    \
  X(TAKT_DMA_CONSTANT) X(TAKT_DMA_STREAM) X(TAKT_OVERHEAD_NONE) X(TAKT_OVERHEAD_REGULAR) X(TAKT_OVERHEAD_IRREGULAR)  \
  X(TAKT_POST_ALL_CORES) X(TAKT_NPU_MAX_CORES) X(TAKT_NPU_WINDOWS(0)) X(TAKT_NPU_WINDOWS(7)) X(TAKT_NPU_PLACE(0)) X(TAKT_NPU_PLACE(7)) X(TAKT_NPU_LEVEL(0)) X(TAKT_NPU_LEVEL(15)) X(TAKT_NPU_MAX_LEVELS) X(TAKT_NPU_ON) X(TAKT_NPU_RETENTION) X(TAKT_NPU_OFF) X(TAKT_IRQ_THERMAL) X(TAKT_THERMAL_BASE) X(TAKT_THERMAL_SENSOR(1)) X(TAKT_SENSOR_NPU) X(TAKT_SENSOR_SKIN) X(TAKT_SENSORS) X(TAKT_GOVERNOR_FIXED) X(TAKT_GOVERNOR_RACE) X(TAKT_GOVERNOR_DEADLINE) X(TAKT_GOVERNOR_BANDWIDTH) X(TAKT_SLOT_SET_GOVERNOR) X(TAKT_IRQ_END) X(TAKT_WINDOWS_MAGIC) X(TAKT_WINDOWS) X(TAKT_WINDOW_READ) X(TAKT_WINDOW_WRITE)                                                                        \
  X(TAKT_W8A8) X(TAKT_W8A16) X(TAKT_W4A16) X(TAKT_FP16) X(TAKT_W4A8)                                                 \
  X(TAKT_VECTOR_ELEMENTWISE) X(TAKT_VECTOR_DEPTHWISE) X(TAKT_VECTOR_POOL) X(TAKT_VECTOR_SOFTMAX)                     \
  X(TAKT_VECTOR_NORM) X(TAKT_VECTOR_RESIZE) X(TAKT_VECTOR_LAYOUT) X(TAKT_VECTOR_LOOKUP) X(TAKT_VECTOR_REDUCE)        \
  X(TAKT_CLINT_BASE) X(TAKT_PLIC_BASE) X(TAKT_NPU_BASE) X(TAKT_MAILBOX_BASE) X(TAKT_WATCHDOG_BASE)                   \
  X(TAKT_SYSTEM_BASE) X(TAKT_WINDOW_BASE) X(TAKT_WINDOW_BYTES) X(TAKT_RAM_BASE) X(TAKT_RAM_BYTES)                    \
  X(TAKT_IRQ_MAILBOX) X(TAKT_IRQ_NPU) X(TAKT_IRQ_WATCHDOG) X(TAKT_IRQ_COUNT) X(TAKT_NPU_MAX_QUEUES)                  \
  X(TAKT_NPU_QUEUE(0)) X(TAKT_NPU_QUEUE(7))                                                                          \
  X(TAKT_NPU_START) X(TAKT_NPU_RESUME) X(TAKT_NPU_PREEMPT) X(TAKT_NPU_ABORT)                                         \
  X(TAKT_NPU_PREEMPT_NOW) X(TAKT_SAVE_MID_COMMAND) X(TAKT_NO_CUT) X(TAKT_FORCED_SAVE_BYTES(2, 65, 128))              \
  X(TAKT_NPU_IDLE) X(TAKT_NPU_WAITING) X(TAKT_NPU_RUNNING) X(TAKT_NPU_SAVING) X(TAKT_NPU_DONE)                       \
  X(TAKT_NPU_PREEMPTED) X(TAKT_NPU_FAULTED)                                                                          \
  X(TAKT_SLOT_SET_BANDWIDTH)                                                                                         \
  X(TAKT_ASYNC_QUEUE) X(TAKT_ENGINES_BUSY) X(TAKT_ENGINES_STOPPED) X(TAKT_RESET_CULPRIT) X(TAKT_RESET_COLLATERAL)    \
  X(TAKT_RESET_JOBS) X(TAKT_LOG_MAGIC) X(TAKT_METRIC_MAGIC) X(TAKT_DUMP_MAGIC) X(TAKT_QUEUE_STOPPED)                 \
  X(TAKT_QUEUE_SUSPENDED) X(TAKT_QUEUE_RUNNING) X(TAKT_TEST_NULL_JOBS) X(TAKT_TEST_NO_TIMEOUTS)                      \
  X(TAKT_TEST_NO_PREEMPTION) X(TAKT_SLOT_SET_COALESCING) X(TAKT_SLOT_QUERY_ENGINES) X(TAKT_SLOT_RESET_ENGINES)       \
  X(TAKT_SLOT_RESUME_ENGINES) X(TAKT_SLOT_SET_LOG) X(TAKT_SLOT_SET_METRICS) X(TAKT_SLOT_DUMP_STATE)                  \
  X(TAKT_SLOT_INJECT_FAULT) X(TAKT_SLOT_SET_TEST_MODE) X(TAKT_SLOT_SET_DUTY_CYCLE) X(TAKT_SLOT_SET_POWER_LEVEL)      \
  X(TAKT_LOG_ACCEPTED) X(TAKT_LOG_REJECTED) X(TAKT_LOG_DISPATCHED) X(TAKT_LOG_PREEMPT_REQUESTED)                     \
  X(TAKT_LOG_PREEMPTED) X(TAKT_LOG_RESUMED) X(TAKT_LOG_COMPLETED) X(TAKT_LOG_TIMEOUT) X(TAKT_LOG_PREEMPTION_LIMITED) \
  X(TAKT_LOG_KILLED) X(TAKT_LOG_RESTORED) X(TAKT_BOOT_RESTORED) X(TAKT_BOOT_WARM) X(TAKT_RESET_NONE) X(TAKT_RESET_HOLD) X(TAKT_SLOT_SET_JOB_LIMIT) X(TAKT_BOOT_BANDS) X(TAKT_BOOT_NO_PREEMPTION) X(TAKT_BOOT_KILL) X(TAKT_BOOT_FORCE_PREEMPTION)   \
  X(TAKT_KILLS_MOST) X(TAKT_FRUITLESS_STAYS_MOST) X(TAKT_BANDS) X(TAKT_REALTIME_LEVELS) X(TAKT_PRIORITY_MOST) X(TAKT_WEIGHT_MAX)                  \
  X(TAKT_SLOT_SET_BAND_SETUP) X(TAKT_SLOT_SET_SCHEDULING) X(TAKT_TEST_PREEMPT_ALWAYS) X(TAKT_STATUS_SAVE_TIMEOUT)    \
  X(TAKT_STATUS_NOT_ADMITTED) X(TAKT_BOOT_ADMISSION) X(TAKT_TOKENS_MAX) X(TAKT_MAX_PARTITIONS) X(TAKT_PARTITION_CORES(0x321u, 1))       \
  X(TAKT_FAULT_LOSE_HOST_INTERRUPT) X(TAKT_FAULT_LOSE_DOORBELL) X(TAKT_FAULT_LOSE_ENGINE_STOP) X(TAKT_FAULT_HANG)    \
  X(TAKT_FAULT_COUNT)                                                                                                \
  X(TAKT_NOC_BASE) X(TAKT_NOC_MAX_PORTS) X(TAKT_NOC_PORT(0)) X(TAKT_NOC_PORT(63)) X(TAKT_NOC_RATE_MAX)               \
  X(TAKT_NOC_BURST_MIN) X(TAKT_NOC_ENABLE) X(TAKT_NOC_QOS_OVERRIDE) X(TAKT_NOC_QOS_SHIFT) X(TAKT_NOC_QOS_MASK)

/* S(struct) starts a structure, F(struct, field) follows for each field in order. Reserved fields are what lies
 * between. */
#define ABI_FIELDS(S, F)                                                                                             \
  S(takt_boot_info)                                                                                                  \
  F(takt_boot_info, magic) F(takt_boot_info, bytes) F(takt_boot_info, hardware_version)                              \
  F(takt_boot_info, driver_version) F(takt_boot_info, program_version) F(takt_boot_info, timer_hz)                   \
  F(takt_boot_info, control_ring) F(takt_boot_info, completion_ring) F(takt_boot_info, hardware_queues)              \
  F(takt_boot_info, job_timeout_us) F(takt_boot_info, round_robin_quantum_us) F(takt_boot_info, flags)               \
  F(takt_boot_info, policy) F(takt_boot_info, watchdog_us)                                                           \
  F(takt_boot_info, npu_clock_khz) F(takt_boot_info, npu_bytes_per_s) F(takt_boot_info, async_ring)                  \
  F(takt_boot_info, partitions) F(takt_boot_info, npu_ports)                                                         \
  S(takt_ring_header)                                                                                                \
  F(takt_ring_header, magic) F(takt_ring_header, entries) F(takt_ring_header, tail) F(takt_ring_header, head)        \
  S(takt_job_slot)                                                                                                   \
  F(takt_job_slot, type) F(takt_job_slot, flags) F(takt_job_slot, job_id) F(takt_job_slot, program)                  \
  F(takt_job_slot, period_us) F(takt_job_slot, deadline_ticks) F(takt_job_slot, parameters)                          \
  F(takt_job_slot, fence_address) F(takt_job_slot, fence_value) F(takt_job_slot, tokens)                                                      \
  S(takt_create_queue_slot)                                                                                          \
  F(takt_create_queue_slot, type) F(takt_create_queue_slot, flags) F(takt_create_queue_slot, job_id)                 \
  F(takt_create_queue_slot, queue) F(takt_create_queue_slot, band) F(takt_create_queue_slot, ring)                   \
  F(takt_create_queue_slot, save_area) F(takt_create_queue_slot, save_area_bytes) F(takt_create_queue_slot, context) F(takt_create_queue_slot, windows) F(takt_create_queue_slot, partition) \
  S(takt_register_program_slot)                                                                                      \
  F(takt_register_program_slot, type) F(takt_register_program_slot, flags) F(takt_register_program_slot, job_id)     \
  F(takt_register_program_slot, program) F(takt_register_program_slot, header)                                       \
  S(takt_set_bandwidth_slot)                                                                                         \
  F(takt_set_bandwidth_slot, type) F(takt_set_bandwidth_slot, flags) F(takt_set_bandwidth_slot, job_id)              \
  F(takt_set_bandwidth_slot, initiator) F(takt_set_bandwidth_slot, control)                                          \
  F(takt_set_bandwidth_slot, bytes_per_s) F(takt_set_bandwidth_slot, burst_bytes)                                    \
  S(takt_service_slot)                                                                                               \
  F(takt_service_slot, type) F(takt_service_slot, flags) F(takt_service_slot, job_id) F(takt_service_slot, address)  \
  F(takt_service_slot, bytes) F(takt_service_slot, value) F(takt_service_slot, count)                                \
  F(takt_service_slot, microseconds) F(takt_service_slot, pause_us)                                                  \
  S(takt_reset_job)                                                                                                  \
  F(takt_reset_job, context) F(takt_reset_job, blame) F(takt_reset_job, job_id)                                      \
  S(takt_reset_report)                                                                                               \
  F(takt_reset_report, count) F(takt_reset_report, jobs)                                                             \
  S(takt_log_header) F(takt_log_header, written)                                                                     \
  S(takt_telemetry_header)                                                                                           \
  F(takt_telemetry_header, magic) F(takt_telemetry_header, record_bytes)                                             \
  F(takt_telemetry_header, entries) F(takt_telemetry_header, written)                                                \
  S(takt_log_record)                                                                                                 \
  F(takt_log_record, ticks) F(takt_log_record, job_id) F(takt_log_record, event) F(takt_log_record, queue)           \
  S(takt_metric_sample)                                                                                              \
  F(takt_metric_sample, ticks) F(takt_metric_sample, busy_ticks) F(takt_metric_sample, interrupts)                   \
  F(takt_metric_sample, slots) F(takt_metric_sample, rejected) F(takt_metric_sample, dispatches)                     \
  F(takt_metric_sample, jobs_finished) F(takt_metric_sample, preemptions) F(takt_metric_sample, timeouts)            \
  F(takt_metric_sample, waiting) F(takt_metric_sample, preemption_limited) F(takt_metric_sample, kills)              \
  F(takt_metric_sample, collateral)                                                                                  \
  S(takt_governor_slot) F(takt_governor_slot, governor) F(takt_governor_slot, level) F(takt_governor_slot, margin_percent) F(takt_governor_slot, slowdown_percent) F(takt_governor_slot, least_us) F(takt_governor_slot, suspend_us) F(takt_governor_slot, suspend_state) \
  S(takt_band_slot)                                                                                                  \
  F(takt_band_slot, type) F(takt_band_slot, flags) F(takt_band_slot, job_id) F(takt_band_slot, band)                 \
  F(takt_band_slot, grace_us) F(takt_band_slot, process_quantum_us) F(takt_band_slot, process_grace_us)              \
  F(takt_band_slot, share_percent)                                                                                   \
  S(takt_scheduling_slot)                                                                                            \
  F(takt_scheduling_slot, type) F(takt_scheduling_slot, flags) F(takt_scheduling_slot, job_id)                       \
  F(takt_scheduling_slot, queue) F(takt_scheduling_slot, band) F(takt_scheduling_slot, level)                        \
  F(takt_scheduling_slot, priority) F(takt_scheduling_slot, quantum_us) F(takt_scheduling_slot, grace_same_us)       \
  F(takt_scheduling_slot, grace_lower_us) F(takt_scheduling_slot, weight) F(takt_scheduling_slot, period_us)         \
  F(takt_scheduling_slot, program) F(takt_scheduling_slot, programs)                                                 \
  S(takt_queue_state)                                                                                                \
  F(takt_queue_state, queue) F(takt_queue_state, band) F(takt_queue_state, context) F(takt_queue_state, flags)       \
  F(takt_queue_state, waiting) F(takt_queue_state, ring_head) F(takt_queue_state, job_id)                            \
  S(takt_state_dump)                                                                                                 \
  F(takt_state_dump, magic) F(takt_state_dump, queues) F(takt_state_dump, now)                                       \
  S(takt_completion)                                                                                                 \
  F(takt_completion, job_id) F(takt_completion, queue) F(takt_completion, status)                                    \
  F(takt_completion, accepted_ticks) F(takt_completion, started_ticks) F(takt_completion, finished_ticks)            \
  F(takt_completion, preemptions) F(takt_completion, fault_command) F(takt_completion, values)                       \
  S(takt_program_header)                                                                                             \
  F(takt_program_header, magic) F(takt_program_header, version) F(takt_program_header, header_bytes)                 \
  F(takt_program_header, flags) F(takt_program_header, total_bytes) F(takt_program_header, estimated_cycles)         \
  F(takt_program_header, bases) F(takt_program_header, list_offset) F(takt_program_header, list_commands)            \
  F(takt_program_header, cuts_offset) F(takt_program_header, live_ranges_offset) F(takt_program_header, cut_count)   \
  F(takt_program_header, live_range_count) F(takt_program_header, scratchpad_bytes)                                  \
  F(takt_program_header, semaphore_count) F(takt_program_header, max_save_bytes)                                     \
  F(takt_program_header, layer_count) F(takt_program_header, cost_offset)                                            \
  F(takt_program_header, cores) F(takt_program_header, cores_offset)                                                 \
  S(takt_core_part) F(takt_core_part, list_offset) F(takt_core_part, list_commands) F(takt_core_part, cuts_offset)   \
  F(takt_core_part, live_ranges_offset) F(takt_core_part, live_range_count) F(takt_core_part, save_offset)           \
  F(takt_core_part, save_bytes)                                                                                      \
  S(takt_queue_slot) F(takt_queue_slot, type) F(takt_queue_slot, flags) F(takt_queue_slot, job_id)                   \
  F(takt_queue_slot, queue) F(takt_queue_slot, context) F(takt_queue_slot, band)                                     \
  S(takt_window_table) F(takt_window_table, magic) F(takt_window_table, count) F(takt_window_table, window)            \
  S(takt_window) F(takt_window, base) F(takt_window, bytes) F(takt_window, access)                                   \
  S(takt_cost_table) F(takt_cost_table, ratios) F(takt_cost_table, values) F(takt_cost_table, parameter)             \
  F(takt_cost_table, bytes_per_kilocycle) F(takt_cost_table, value) F(takt_cost_table, cycles)                       \
  S(takt_cut)                                                                                                        \
  F(takt_cut, position) F(takt_cut, live_first) F(takt_cut, live_count) F(takt_cut, refetch_first)                   \
  F(takt_cut, refetch_count) F(takt_cut, remaining_cycles) F(takt_cut, layer) F(takt_cut, live_bytes)                \
  S(takt_live_range)                                                                                                 \
  F(takt_live_range, offset) F(takt_live_range, bytes)                                                               \
  S(takt_save_header)                                                                                                \
  F(takt_save_header, magic) F(takt_save_header, cut) F(takt_save_header, position) F(takt_save_header, live_bytes)  \
  F(takt_save_header, loop_index) F(takt_save_header, flags) F(takt_save_header, parameters)                         \
  F(takt_save_header, semaphore)                                                                                     \
  S(takt_wait)                                                                                                       \
  F(takt_wait, semaphore) F(takt_wait, step) F(takt_wait, value)                                                     \
  S(takt_command)                                                                                                    \
  F(takt_command, opcode) F(takt_command, engine) F(takt_command, overhead) F(takt_command, flags) F(takt_command, layer)                   \
  F(takt_command, wait) F(takt_command, post) F(takt_command, parameter)                                             \
  F(takt_command, function) F(takt_command, extent) F(takt_command, body)                                            \
  S(takt_extent)                                                                                                     \
  F(takt_extent, limit) F(takt_extent, offset) F(takt_extent, step) F(takt_extent, of)                               \
  S(takt_dma_body)                                                                                                   \
  F(takt_dma_body, offset) F(takt_dma_body, stride) F(takt_dma_body, loop_stride) F(takt_dma_body, row_bytes)        \
  F(takt_dma_body, rows) F(takt_dma_body, scratchpad) F(takt_dma_body, scratchpad_loop_stride)                       \
  F(takt_dma_body, base) F(takt_dma_body, table) F(takt_dma_body, flags)                                             \
  F(takt_dma_body, entry) F(takt_dma_body, entry_step)                                                               \
  S(takt_matrix_body)                                                                                                \
  F(takt_matrix_body, out_height) F(takt_matrix_body, out_width) F(takt_matrix_body, out_channels)                   \
  F(takt_matrix_body, in_channels) F(takt_matrix_body, taps) F(takt_matrix_body, groups)                             \
  F(takt_matrix_body, recomputed_rows) F(takt_matrix_body, precision) F(takt_matrix_body, input)                     \
  F(takt_matrix_body, weights) F(takt_matrix_body, output) F(takt_matrix_body, input_loop_stride)                    \
  F(takt_matrix_body, weights_loop_stride) F(takt_matrix_body, output_loop_stride)                                   \
  S(takt_vector_body)                                                                                                \
  F(takt_vector_body, pass_bytes) F(takt_vector_body, tap_bytes) F(takt_vector_body, move_bytes)                     \
  F(takt_vector_body, macs) F(takt_vector_body, input) F(takt_vector_body, input2) F(takt_vector_body, output)       \
  F(takt_vector_body, kind) F(takt_vector_body, element_bytes)                                                       \
  S(takt_loop_body)                                                                                                  \
  F(takt_loop_body, trips) F(takt_loop_body, parameter) F(takt_loop_body, tile)                                      \
  F(takt_loop_body, offset) F(takt_loop_body, count) F(takt_loop_body, base_stride)                                  \
  S(takt_loop_count) F(takt_loop_count, semaphore) F(takt_loop_count, count)                                         \
  S(takt_table) F(takt_table, address) F(takt_table, entries)                                                        \
  S(takt_parameters) F(takt_parameters, magic) F(takt_parameters, value) F(takt_parameters, table)

#endif
